import type { TopicSpec } from "../../kafka/topic.ts";

/** The name of the topic that is multiplied to stand for many. */
export const seedName = "bench-seed";

/** Makes topics that differ only in their names. */
export function makeTopics(
  count: number,
  { partitions = 3, replicationFactor = 2 }: { partitions?: number; replicationFactor?: number } = {},
): TopicSpec[] {
  const config = { "cleanup.policy": "delete", "retention.ms": "3600000" };
  return Array.from({ length: count }, (_, at) => ({
    name: `bench-${String(at).padStart(5, "0")}`,
    partitions,
    replicationFactor,
    config,
  }));
}
