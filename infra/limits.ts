import { z } from "zod";
import { nearest, strictKeys } from "../kafka/problem.ts";
import { explainInvalid } from "./name-pattern.ts";
import { duration, glob, json, partitionCount, replicas } from "./stack-values.ts";
import { topicConfig } from "./topic-config.ts";

const pattern =
  "a regular expression of RE2, in which {domain} stands for the name of the catalogue file, and {team} for its directory";
const keys = topicConfig.keyof().options;
/** Any config, because topics can set others than Kafka's; a name that is close to one of Kafka's is misspelt. */
export const configName = z.string("the name of a config").check(({ value, issues }) => {
  if (keys.some((known) => known === value)) return;
  const advice = nearest(value, keys);
  if (!advice.startsWith("perhaps") && /^[\w.-]+$/.test(value)) return;
  issues.push({ code: "custom", message: `the name of a config, ${advice}`, input: value });
});
const configKeys = z.array(configName, 'a list of configs, for example ["retention.ms"]');
const configKeysText = json(configKeys, "a list of configs");

const fields = 'a list of "owner" and "description"';
const requiredFields = z.array(z.enum(["owner", "description"], fields), fields);

const namePattern = z.string(pattern).check(({ value, issues }) => {
  const reason = explainInvalid(value);
  if (reason) issues.push({ code: "custom", message: `${pattern} (${reason})`, input: value });
});

/** The limits that a platform team sets for the topics of a stack; each is optional. */
export const limitsShape = {
  /**
   * Must match a topic's whole name. `{domain}` stands for the name of its catalogue file, and `{team}` for the directory of
   * its team, or one of the team's prefixes.
   */
  namePattern: namePattern.optional(),
  minReplicationFactor: replicas.text.optional(),
  /** For one topic. */
  maxPartitions: partitionCount.text.optional(),
  /** For all topics together. */
  maxTotalPartitions: partitionCount.text.optional(),
  requiredFields: json(requiredFields, fields).optional(),
  requiredConfigs: configKeysText.optional(),
  forbiddenConfigs: configKeysText.optional(),
  /** In ms, as is `maxRetention`; both apply to topics whose records are deleted by age. */
  minRetention: duration.optional(),
  maxRetention: duration.optional(),
};

/** The limits of a stack. */
export type Limits = z.output<z.ZodObject<typeof limitsShape>>;

/** The limits of a stack that apply to single topics, so that a topic can be exempt from them. */
export const topicLimits = [
  "namePattern",
  "minReplicationFactor",
  "maxPartitions",
  "requiredFields",
  "requiredConfigs",
  "forbiddenConfigs",
  "minRetention",
  "maxRetention",
] as const satisfies readonly (keyof Limits)[];
export type TopicLimit = (typeof topicLimits)[number];

const someLimits = {
  topics: glob,
  namePattern: namePattern.nullish(),
  minReplicationFactor: replicas.value.nullish(),
  maxPartitions: partitionCount.value.nullish(),
  requiredFields: requiredFields.nullish(),
  requiredConfigs: configKeys.nullish(),
  forbiddenConfigs: configKeys.nullish(),
  minRetention: duration.nullish(),
  maxRetention: duration.nullish(),
} satisfies Record<TopicLimit | "topics", z.ZodType>;
const example = '{ topics: "logs.*", maxPartitions: 48 }';
/** Limits of the topics whose names match, instead of those of the stack; null for none. */
export const limitsByTopic = z.array(
  z
    .strictObject(someLimits, strictKeys(someLimits, example))
    .refine((limits) => Object.keys(limits).length > 1, {
      error: `at least one limit, for example ${example}`,
      // Otherwise, a misspelt limit would be two problems.
      when: ({ issues }) => issues.length === 0,
    }),
  `a list, for example [${example}]`,
);

/** Limits of some topics; null for a limit of the stack that does not apply to them. */
export type TopicLimits = Omit<z.output<typeof limitsByTopic>[number], "topics">;
