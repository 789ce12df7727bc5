import type { TopicSpec } from "./topic.ts";

/**
 * The configs that name the replicas of a topic to which a replication throttle applies. Whoever moves replicas sets them, and
 * removes them afterwards, as `kafka-reassign-partitions.sh --throttle` does.
 */
export const throttledReplicas = [
  "leader.replication.throttled.replicas",
  "follower.replication.throttled.replicas",
] as const;

/** The configs of a broker with its rates, in bytes per second: what it sends as a leader and receives as a follower. */
export const throttleRates = [
  "leader.replication.throttled.rate",
  "follower.replication.throttled.rate",
] as const;

/** Whether a config of a topic names throttled replicas. */
export function isThrottle(key: string): boolean {
  return throttledReplicas.some((one) => one === key);
}

/** Returns a topic of a cluster without a replication throttle, which is not part of its definition. */
export function withoutThrottle(topic: TopicSpec): TopicSpec {
  const config = Object.entries(topic.config).filter(([key]) => !isThrottle(key));
  return { ...topic, config: Object.fromEntries(config) };
}
