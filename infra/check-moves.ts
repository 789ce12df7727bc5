import { estimateCopies, type MovePlan } from "../kafka/plan-moves.ts";
import { throttledReplicas } from "../kafka/throttles.ts";
import type { TopicSpec } from "../kafka/topic.ts";
import type { PreflightWarning } from "./findings.ts";
import type { Origin } from "./origin.ts";
import { findChange, type Seen } from "./preflight-checks.ts";

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

/** Finds topics with a throttle that the catalogue does not declare, if the update or the end of the throttle concerns them. */
export function warnOfThrottles(topics: readonly TopicSpec[], seen: Seen): PreflightWarning[] {
  const { cluster, origin } = seen;
  const isThrottled = ({ name, config }: TopicSpec) =>
    throttledReplicas.some((key) => cluster.configured.get(name)?.configs.own.has(key) && !(key in config));
  return topics
    .filter((topic) => isThrottled(topic))
    .filter((topic) => origin.stack.replicationThrottle !== undefined || findChange(topic, seen))
    .map(({ name }) => ({ code: "REPLICAS_THROTTLED", topic: name }));
}
