import type { LiveConfigs, TopicSpec } from "../../kafka/topic.ts";

/** A topic that exists before the first update, which adopts it. */
export const existing: TopicSpec = {
  name: "compatibility.existing",
  partitions: 2,
  replicationFactor: 3,
  config: { "retention.ms": "86400000" },
};

/** A config that Kafka 4 has removed. */
const removedKey = "message.timestamp.difference.max.ms";

/**
 * Returns the declared topics: typical ones, one that sets every config of the brokers' version to its default, and on Kafka 3
 * one with what Kafka 4 refuses.
 * @param configs of a topic on the cluster
 */
export function makeTopics({ values }: LiveConfigs): TopicSpec[] {
  const common = { partitions: 3, replicationFactor: 3 };
  return [
    existing,
    {
      ...common,
      name: "compatibility.orders",
      config: { "min.insync.replicas": "2", "retention.ms": "604800000" },
    },
    {
      ...common,
      name: "compatibility.state",
      config: { "cleanup.policy": "compact", "compression.type": "zstd", "min.cleanable.dirty.ratio": "0.1" },
    },
    {
      ...common,
      name: "compatibility.tiered",
      config: { "local.retention.ms": "3600000", "remote.storage.enable": "true" },
    },
    { ...common, name: "compatibility.every-config", config: Object.fromEntries(values) },
    ...(values.has(removedKey)
      ? [
          {
            ...common,
            name: "compatibility.kafka-3",
            config: { [removedKey]: "3600000", "segment.bytes": "65536" },
          },
        ]
      : []),
  ];
}

/** Grows the partitions of the existing topic, and changes, adds and removes configs. */
export function changeTopics(topics: readonly TopicSpec[]): TopicSpec[] {
  return topics.map((topic) =>
    topic.name === existing.name
      ? { ...topic, partitions: 4, config: { "max.message.bytes": "2097152", "segment.bytes": "16777216" } }
      : topic,
  );
}
