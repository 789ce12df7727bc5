import type { TopicSpec } from "./topic.ts";

/** A topic to create. */
export type NewTopic = Pick<TopicSpec, "name" | "partitions" | "replicationFactor" | "config"> & {
  /** The brokers of each partition, the preferred leader first; by default, the controller chooses. */
  readonly replicas?: readonly (readonly number[])[];
};

/** Converts a topic to the form of a CreateTopics request. */
export function toCreateRequest({ name, partitions, replicationFactor, config, replicas }: NewTopic) {
  return {
    name,
    // With an assignment, the protocol allows neither number.
    numPartitions: replicas ? -1 : partitions,
    replicationFactor: replicas ? -1 : replicationFactor,
    assignments: (replicas ?? []).map((brokerIds, partitionIndex) => ({
      partitionIndex,
      brokerIds: [...brokerIds],
    })),
    configs: listConfigs(config),
  };
}

/** Converts configs to the form of a request. */
export function listConfigs(config: Readonly<Record<string, string>>): { name: string; value: string }[] {
  return Object.entries(config).map(([name, value]) => ({ name, value }));
}
