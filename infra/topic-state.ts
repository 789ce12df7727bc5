import { z } from "zod";
import type { WantedTopic } from "../kafka/trial.ts";

/** The engine's name of a topic's type. */
export const topicType = "kafka:index/topic:Topic";

const topicOutputs = z.object({
  name: z.string(),
  partitions: z.number(),
  replicationFactor: z.number(),
  config: z.record(z.string(), z.string()).nullish(),
});

/**
 * A topic as a stack's state has it.
 * @param outputs of its resource
 * @throws ZodError when they are not those of a topic
 */
export function parseTopicState(outputs: unknown): WantedTopic {
  const { config, ...topic } = topicOutputs.parse(outputs);
  return { ...topic, config: config ?? {} };
}
