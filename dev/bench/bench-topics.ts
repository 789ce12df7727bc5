import type { TopicSpec } from "../../kafka/topic.ts";

/** The name that stands for the others where one topic is multiplied. */
export const seedName = "bench-seed";

/** Topics that differ in their names only. */
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
