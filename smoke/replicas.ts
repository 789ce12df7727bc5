import type { LiveTopic } from "../kafka/topic.ts";
import type { Check } from "./result.ts";

const group = "replicas";

/**
 * Whether every partition has a leader, and enough replicas that keep up with it.
 * @param minInSync what a producer with acks=all waits for
 * @param brokers the ids of those that serve now
 */
export function checkReplicas(live: LiveTopic, minInSync: number, brokers: readonly number[]): Check[] {
  const gone = [...new Set(live.partitions.flatMap(({ replicas }) => replicas))]
    .filter((id) => !brokers.includes(id))
    .sort((a, b) => a - b);
  const missing = gone.length > 0 ? nameBrokers(gone) : "none of the brokers, their logs may tell why";
  const leaderless = live.partitions.filter(({ leader }) => leader < 0);
  const lagging = live.partitions.filter(
    ({ replicas, inSyncReplicas }) => inSyncReplicas.length < replicas.length,
  );
  const starved = lagging.filter(({ inSyncReplicas }) => inSyncReplicas.length < minInSync);
  return [
    {
      group,
      name: "leaders",
      expected: "a leader for every partition",
      ...(leaderless.length === 0
        ? { observed: "a leader for every partition", verdict: "passed" }
        : {
            observed: `none for ${namePartitions(leaderless)}`,
            verdict: "failed",
            cause: `no replica of ${namePartitions(leaderless)} can lead; gone: ${missing}. Bring a broker back that has them.`,
          }),
    },
    {
      group,
      name: "in-sync replicas",
      expected: "all replicas",
      ...(lagging.length === 0
        ? { observed: "all replicas", verdict: "passed" }
        : {
            observed: `fewer for ${namePartitions(lagging)}`,
            verdict: starved.length > 0 ? "failed" : "warning",
            cause:
              starved.length > 0
                ? `fewer than min.insync.replicas (${minInSync}) are in sync for ${namePartitions(starved)}, so nothing can be ` +
                  `written with acks=all; gone: ${missing}. Bring them back.`
                : `${namePartitions(lagging)} would be written to fewer brokers than declared; gone: ${missing}. Bring them back.`,
          }),
    },
  ];
}

function nameBrokers(ids: readonly number[]): string {
  return `${ids.length === 1 ? "broker" : "brokers"} ${ids.join(", ")}`;
}

function namePartitions(partitions: readonly { partition: number }[]): string {
  const ids = partitions.map(({ partition }) => partition);
  return `${ids.length === 1 ? "partition" : "partitions"} ${ids.join(", ")}`;
}
