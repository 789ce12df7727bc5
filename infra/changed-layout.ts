import { replicationFactorsOf, type TopicSpec } from "../kafka/topic.ts";
import type { ChangedFactor, PreflightWarning } from "./findings.ts";
import { findChange, type Seen } from "./preflight-checks.ts";
import { ignores } from "./stack.ts";

/**
 * Finds a replication factor that differs from the declared one, on a topic that the engine leaves unchanged: it was changed
 * by hand, or by an interrupted update whose change was reverted.
 * @param isReview whether no update follows, so that rights to change something may be missing
 */
export function findChangedFactor(topic: TopicSpec, seen: Seen, isReview: boolean): ChangedFactor[] {
  const { cluster, origin } = seen;
  const { stack } = origin;
  const { name, replicationFactor: expected } = topic;
  const live = cluster.configured.get(name);
  if (!live || findChange(topic, seen) || ignores(stack, name)) return [];
  const factors = replicationFactorsOf(live);
  const complete = live.partitions.map(({ replicas, move }) => replicas.length - (move?.to.length ?? 0));
  // An interrupted update may have begun to restore it: then the next one waits for the copies.
  const observed =
    factors.find((factor) => factor !== expected) ?? complete.find((count) => count < expected);
  if (observed === undefined) return [];
  const isMoving = live.partitions.some(({ move }) => move !== undefined);
  const isResumed = factors.join() === String(expected);
  const isAllowed = cluster.mayAlter && (stack.replicationThrottle === undefined || cluster.mayAlterConfigs);
  const isPossible =
    (!isMoving || isResumed) && cluster.brokers.length >= expected && (isReview || isAllowed);
  const repair = stack.repair === "report" ? "report" : isPossible ? "on" : "later";
  return [{ topic: name, expected, observed, repair }];
}

/**
 * Finds a partition count that differs from the declared one, on a topic that the engine leaves unchanged. It is only
 * reported: Kafka cannot remove partitions.
 */
export function findChangedCount(topic: TopicSpec, seen: Seen): PreflightWarning[] {
  const { name, partitions: expected } = topic;
  const observed = seen.cluster.configured.get(name)?.partitions.length;
  const isSame = observed === undefined || observed === expected;
  if (isSame || findChange(topic, seen) || ignores(seen.origin.stack, name)) return [];
  return [{ code: "PARTITION_COUNT_DIFFERS", topic: name, expected, observed }];
}
