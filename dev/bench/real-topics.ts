import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { TopicSpec } from "../../kafka/topic.ts";

const file = z.array(
  z.strictObject({
    team: z.string(),
    name: z.string(),
    partitions: z.int(),
    replicationFactor: z.int(),
    config: z.record(z.string(), z.string()),
  }),
);

/**
 * Configs that are left out: those of tiered storage, which the benchmark's brokers lack, and one that Kafka 4 removed.
 */
const left = ["remote.storage.enable", "local.retention.ms", "message.timestamp.difference.max.ms"];

/**
 * Reads the topics of a real company's cluster as they run there, without configs that the benchmark's brokers refuse.
 */
export function readRealTopics(): TopicSpec[] {
  const text = readFileSync(join(import.meta.dirname, "real-topics.json"), "utf8");
  return file.parse(JSON.parse(text)).map(({ name, partitions, replicationFactor, config }) => {
    const kept = Object.entries(config).filter(([key]) => !left.includes(key));
    return { name, partitions, replicationFactor, config: Object.fromEntries(kept) };
  });
}
