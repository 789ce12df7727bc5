import { z } from "zod";
import { nearest, type Problem } from "../kafka/problem.ts";
import { describeDuration } from "./describe-value.ts";
import { givenOf, placeOf, type ResolvedTopic } from "./resolved-topic.ts";
import type { Stack } from "./stack.ts";
import { duration, json, partitionCount, replicas } from "./stack-values.ts";
import { type TopicConfig, topicConfig } from "./topic-config.ts";

const pattern = "a regular expression, in which {domain} stands for the name of the catalogue file";
const keys = Object.keys(topicConfig.shape) as [keyof TopicConfig, ...(keyof TopicConfig)[]];
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

/** The topics of a stack against its limits. */
export function checkLimits(topics: readonly ResolvedTopic[], stack: Stack): Problem[] {
  const { maxTotalPartitions } = stack.limits;
  const problems = topics.flatMap((topic) => checkTopic(topic, stack));
  const total = topics.reduce((sum, { partitions }) => sum + partitions, 0);
  if (maxTotalPartitions !== undefined && total > maxTotalPartitions) {
    const given = `${total} partitions in ${topics.length} topics`;
    problems.push({
      place: stack.file,
      field: "maxTotalPartitions",
      given,
      allowed: `at most ${maxTotalPartitions}`,
    });
  }
  return problems;
}

function checkTopic(topic: ResolvedTopic, stack: Stack): Problem[] {
  const { name, partitions, replicationFactor, config, entry } = topic;
  const { limits, file } = stack;
  const problems: Problem[] = [];
  const refuse = (path: string[], rules: string, allowed: string) => {
    const place = placeOf(topic, path, stack);
    problems.push({ ...place, given: givenOf(topic, path), allowed: `${allowed} (${rules} of ${file})` });
  };

  if (limits.namePattern !== undefined && !patternFor(limits.namePattern, entry.file).test(name)) {
    const allowed = `a name that matches ${limits.namePattern} (namePattern of ${file})`;
    problems.push({ place: entry.file, field: "name", given: name, allowed });
  }
  if (limits.minReplicationFactor !== undefined && replicationFactor < limits.minReplicationFactor) {
    refuse(["replicationFactor"], "minReplicationFactor", `at least ${limits.minReplicationFactor}`);
  }
  if (limits.maxPartitions !== undefined && partitions > limits.maxPartitions) {
    refuse(["partitions"], "maxPartitions", `at most ${limits.maxPartitions}`);
  }
  for (const key of limits.requiredConfigs ?? []) {
    if (config[key] === undefined) refuse(["config", key], "requiredConfigs", "a value");
  }
  for (const key of limits.forbiddenConfigs ?? []) {
    if (config[key] !== undefined) refuse(["config", key], "forbiddenConfigs", "no value");
  }
  const retention = refuseRetention(topic, limits);
  if (retention) refuse(["config", "retention.ms"], retention.rules, retention.allowed);
  return problems;
}

function refuseRetention(
  { config }: ResolvedTopic,
  { minRetention, maxRetention, requiredConfigs }: Limits,
): { rules: string; allowed: string } | undefined {
  // Where records are not deleted they stay, whatever the retention.
  if (!(config["cleanup.policy"] ?? "delete").includes("delete")) return undefined;
  const text = config["retention.ms"];
  // That has been told already.
  if (text === undefined && requiredConfigs?.includes("retention.ms")) return undefined;
  // What the brokers default to is somebody else's choice: where it decided, there would be no limit.
  const ms = text === "-1" ? Number.POSITIVE_INFINITY : Number(text);
  const broken: { rule: string; allowed: string }[] = [];
  if (minRetention !== undefined && !(ms >= minRetention))
    broken.push({ rule: "minRetention", allowed: `at least ${describeDuration(minRetention)}` });
  if (maxRetention !== undefined && !(ms <= maxRetention))
    broken.push({ rule: "maxRetention", allowed: `at most ${describeDuration(maxRetention)}` });
  if (broken.length === 0) return undefined;
  return {
    rules: broken.map(({ rule }) => rule).join(" and "),
    allowed: broken.map(({ allowed }) => allowed).join(" and "),
  };
}

function patternFor(namePattern: string, file: string): RegExp {
  const domain = file.replace(/^.*\/|\.ts$/g, "").replace(/[^\w]/g, "\\$&");
  return new RegExp(`^(?:${namePattern.replaceAll("{domain}", domain)})$`);
}

function isPattern(text: string): boolean {
  try {
    // What is no pattern by itself must not become one between the two anchors.
    new RegExp(text.replaceAll("{domain}", ""));
    return true;
  } catch {
    return false;
  }
}
