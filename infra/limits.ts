import { z } from "zod";
import { nearest } from "../kafka/problem.ts";
import { explainInvalid } from "./name-pattern.ts";
import { duration, json, partitionCount, replicas } from "./stack-values.ts";
import { topicConfig } from "./topic-config.ts";

const pattern =
  "a regular expression of RE2, in which {domain} stands for the name of the catalogue file, and {team} for its directory";
const keys = topicConfig.keyof().options;
/** Any config, because topics can set others than Kafka's; a name that is close to one of Kafka's is misspelt. */
const key = z.string("the name of a config").check(({ value, issues }) => {
  if (keys.some((known) => known === value)) return;
  const advice = nearest(value, keys);
  if (!advice.startsWith("perhaps") && /^[\w.-]+$/.test(value)) return;
  issues.push({ code: "custom", message: `the name of a config, ${advice}`, input: value });
});
const configKeys = json(z.array(key, 'a list of configs, for example ["retention.ms"]'), "a list of configs");

const requiredFields = 'a list of "owner" and "description"';

/** The limits that a platform team sets for the topics of a stack; each is optional. */
export const limitsShape = {
  /**
   * Must match a topic's whole name. `{domain}` stands for the name of its catalogue file, and `{team}` for the directory of
   * its team, or one of the team's prefixes.
   */
  namePattern: z
    .string()
    .check(({ value, issues }) => {
      const reason = explainInvalid(value);
      if (reason) issues.push({ code: "custom", message: `${pattern} (${reason})`, input: value });
    })
    .optional(),
  minReplicationFactor: replicas.optional(),
  /** For one topic. */
  maxPartitions: partitionCount.optional(),
  /** For all topics together. */
  maxTotalPartitions: partitionCount.optional(),
  requiredFields: json(
    z.array(z.enum(["owner", "description"], requiredFields), requiredFields),
    requiredFields,
  ).optional(),
  requiredConfigs: configKeys.optional(),
  forbiddenConfigs: configKeys.optional(),
  /** In ms, as is `maxRetention`; both apply to topics whose records are deleted by age. */
  minRetention: duration.optional(),
  maxRetention: duration.optional(),
};

/** The limits of a stack. */
export type Limits = z.output<z.ZodObject<typeof limitsShape>>;
