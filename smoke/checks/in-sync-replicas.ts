import type { LivePartition } from "../../kafka/topic.ts";
import type { CheckDefinition } from "../check.ts";
import { findGoneBrokers, type ObservedTopic, partitionsOf } from "../observed.ts";

const [group, name] = ["replicas", "in-sync replicas"] as const;
const expected = "all replicas";

export const inSyncReplicas: CheckDefinition<ObservedTopic> = {
  group,
  name,
  proves: "All replicas are in sync, except those that a reassignment is copying.",
  codes: ["REPLICAS_OUT_OF_SYNC", "TOO_FEW_IN_SYNC_REPLICAS"],
  run: (topic) => {
    if (!topic.live) return [];
    const { minInSync } = topic;
    const fewer = topic.live.partitions.filter(
      ({ replicas, inSyncReplicas }) => inSyncReplicas.length < replicas.length,
    );
    const starved = fewer.filter(({ inSyncReplicas }) => inSyncReplicas.length < minInSync);
    const lagging = fewer.filter((partition) => starved.includes(partition) || isLagging(partition));
    if (lagging.length === 0) return [{ group, name, expected, observed: expected, verdict: "passed" }];
    const check = { group, name, expected, observed: `fewer for ${lagging.length}` };
    const brokers = findGoneBrokers(topic);
    if (starved.length === 0) {
      const finding = { code: "REPLICAS_OUT_OF_SYNC", partitions: partitionsOf(lagging), brokers } as const;
      return [{ ...check, verdict: "warning", finding }];
    }
    const finding = {
      code: "TOO_FEW_IN_SYNC_REPLICAS",
      partitions: partitionsOf(starved),
      brokers,
      expected: minInSync,
    } as const;
    return [{ ...check, verdict: "failed", finding }];
  },
};

/** Whether a replica is out of sync that a move is not just copying. */
function isLagging({ replicas, inSyncReplicas, move }: LivePartition): boolean {
  return replicas.some((id) => !inSyncReplicas.includes(id) && !move?.to.includes(id));
}
