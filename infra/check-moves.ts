import type { Connection } from "../kafka/connection.ts";
import { estimateCopies, type MovePlan } from "../kafka/plan-moves.ts";
import { findLeftRates } from "../kafka/throttle-rates.ts";
import { throttledReplicas } from "../kafka/throttles.ts";
import type { TopicSpec } from "../kafka/topic.ts";
import type { PreflightWarning } from "./findings.ts";
import type { Origin } from "./origin.ts";
import type { Seen } from "./preflight-checks.ts";

/** Finds reassignments in progress that lead to other replication factors than the update, one for each topic. */
export function findConflicts({ conflicting }: MovePlan, factors: ReadonlyMap<string, number>) {
  return [...Map.groupBy(conflicting, ({ topic }) => topic)].flatMap(([topic, [first]]) => {
    if (!first) return [];
    const { partition, adding, removing } = first;
    const [expected, observed] = [factors.get(topic) ?? 0, { partition, adding, removing }];
    return [{ code: "REASSIGNMENT_IN_PROGRESS" as const, topic, expected, observed }];
  });
}

/** Finds what `npm run up` copies before the update. */
export function warnOfCopies({ copies }: MovePlan, { stack }: Origin): PreflightWarning[] {
  if (copies.length === 0) return [];
  const { replicationThrottle: bytesPerSecond } = stack;
  const expected = {
    topics: [...new Set(copies.map(({ topic }) => topic))],
    partitions: copies.length,
    ...estimateCopies(copies, bytesPerSecond),
    ...(bytesPerSecond !== undefined && { bytesPerSecond }),
  };
  return [{ code: "REPLICAS_TO_COPY", expected }];
}

/** Finds topics with a throttle that the catalogue does not declare: an interrupted update may have left it. */
export function warnOfThrottles(
  topics: readonly TopicSpec[],
  { cluster, origin }: Pick<Seen, "cluster" | "origin">,
): PreflightWarning[] {
  const { replicationThrottle: expected } = origin.stack;
  const isThrottled = ({ name, config }: TopicSpec) =>
    throttledReplicas.some((key) => cluster.configured.get(name)?.configs.own.has(key) && !(key in config));
  return topics.filter(isThrottled).map(({ name }) => ({
    code: "REPLICAS_THROTTLED",
    topic: name,
    ...(expected !== undefined && { expected }),
  }));
}

/** Finds brokers with the rate that an interrupted update has left, if the stack has a throttle. */
export async function warnOfRates(
  connection: Connection,
  { cluster: { addresses }, origin }: Pick<Seen, "cluster" | "origin">,
): Promise<PreflightWarning[]> {
  const { replicationThrottle: bytesPerSecond } = origin.stack;
  if (bytesPerSecond === undefined) return [];
  const observed = await findLeftRates(connection, { addresses, bytesPerSecond });
  return observed.length > 0 ? [{ code: "BROKERS_THROTTLED", expected: bytesPerSecond, observed }] : [];
}
