import { z } from "zod";
import { nearest } from "../kafka/problem.ts";
import { duration, json, partitionCount, replicas } from "./stack-values.ts";
import { topicConfig } from "./topic-config.ts";

const pattern = "a regular expression, in which {domain} stands for the name of the catalogue file";
const keys = topicConfig.keyof().options;
const key = z.enum(keys, { error: ({ input }) => `a config of Kafka, ${nearest(String(input), keys)}` });
const configKeys = json(z.array(key, 'a list of configs, ["retention.ms"] say'), "a list of configs");

/** What a platform team lets no topic of a stack go beyond; a limit that is not set does not hold. */
export const limitsShape = {
  /** What a topic's whole name matches. `{domain}` stands for the name of its catalogue file, so for its team. */
  namePattern: z
    .string()
    .refine((text) => isPattern(text), pattern)
    .optional(),
  minReplicationFactor: replicas.optional(),
  /** Of one topic. */
  maxPartitions: partitionCount.optional(),
  /** Of all topics together. */
  maxTotalPartitions: partitionCount.optional(),
  requiredConfigs: configKeys.optional(),
  forbiddenConfigs: configKeys.optional(),
  /** Both for the topics whose records are deleted by age. */
  minRetention: duration.optional(),
  maxRetention: duration.optional(),
};

export type Limits = z.output<z.ZodObject<typeof limitsShape>>;

function isPattern(text: string): boolean {
  try {
    // What is no pattern by itself must not become one between the two anchors.
    new RegExp(text.replaceAll("{domain}", ""));
    return true;
  } catch {
    return false;
  }
}
