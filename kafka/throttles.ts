import type { TopicSpec } from "./topic.ts";

/**
 * The configs that name the replicas of a topic to which a replication throttle applies. Whoever moves replicas sets them, and
 * removes them afterwards, as `kafka-reassign-partitions.sh --throttle` does.
 */
export const throttleKeys: readonly string[] = [
  "leader.replication.throttled.replicas",
  "follower.replication.throttled.replicas",
];

/** Returns a topic of a cluster without a replication throttle, which is not part of its definition. */
export function withoutThrottle(topic: TopicSpec): TopicSpec {
  const config = Object.entries(topic.config).filter(([key]) => !throttleKeys.includes(key));
  return { ...topic, config: Object.fromEntries(config) };
}
