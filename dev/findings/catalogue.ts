import type { CatalogueFinding, catalogueCodes } from "../../infra/findings.ts";
import { describeMissingFile } from "../../infra/missing-file.ts";
import { parseTopic } from "../../infra/parse-topic.ts";
import { findPlainSecrets } from "../../infra/plain-secrets.ts";
import { resolveTopics } from "../../infra/resolve.ts";
import { readStack } from "../../infra/stack.ts";
import { readConnection } from "../../kafka/connection.ts";
import { describeProblem } from "../../kafka/refused-error.ts";
import { orderStacks } from "../../ops/stages/order-stacks.ts";
import { findBrokenFile } from "../../pulumi/broken-file.ts";
import { describeRemovedFile, noFileInBase } from "../../pulumi/review-stack-file.ts";
import type { CodeEntry, FindingsSection } from "./section.ts";

type Code = (typeof catalogueCodes)[number];

const file = "infra/topics/orders.ts";
const about = { place: file, topic: "orders" };

/** Finds a problem by running the rules on a topic with this declaration and a stack with this config. */
function find(code: Code, name: string, declaration: unknown, config: Record<string, string> = {}): string {
  const { stack, problems } = readStack("kafka-topics", "prod", config);
  const declared = parseTopic(file, name, declaration);
  const found: CatalogueFinding[] = [...problems];
  if (Array.isArray(declared)) found.push(...declared);
  else if (stack)
    found.push(...resolveTopics([{ name, file, declared }], [name], stack, ["dev", "prod"]).problems);
  const finding = found.find((one) => one.code === code);
  if (!finding) throw new Error(`the sample of ${code} does not break that rule`);
  return describeProblem(finding).trim();
}

/** What is wrong with the connection of a stack with these settings. */
function connect(settings: Record<string, string>): string {
  const read = readConnection(settings, "Pulumi.prod.yaml", {});
  const [problem] = "problems" in read ? read.problems : [];
  if (!problem) throw new Error("the sample of a connection breaks no rule");
  return describeProblem(problem).trim();
}

/** What is wrong with the order of these stacks, each with those that are promoted first. */
function order(stacks: Readonly<Record<string, readonly string[]>>, known = Object.keys(stacks)): string {
  const ordered = orderStacks(new Map(Object.entries(stacks)), known);
  const [problem] = "problems" in ordered ? ordered.problems : [];
  if (!problem) throw new Error("the sample of an order breaks no rule");
  return describeProblem(problem).trim();
}

const limit = (key: string, value: string) => ({ [`kafka-topics:${key}`]: value });
const word = (finding: CatalogueFinding) => describeProblem(finding).trim();

const codes = {
  INVALID_VALUE: {
    meaning: "A value in the catalogue, the stack's config or on the command line is not allowed.",
    message: find("INVALID_VALUE", "orders", { partitions: 0 }),
  },
  UNKNOWN_KEY: {
    meaning: "A key is unknown; the message names the closest known keys.",
    message: find("UNKNOWN_KEY", "orders", { partitions: 6, config: { "retention.mss": 1 } }),
  },
  CONNECTION_INCONSISTENT: {
    meaning:
      "A kafka: key has no effect, because another key is missing, turns it off or takes precedence, or the provider crashes with it.",
    message: connect({
      "kafka:bootstrapServers": '["broker-1.example.com:9093"]',
      "kafka:saslMechanism": "scram-sha512",
    }),
  },
  STACK_NOT_IN_BASE: {
    meaning: "The commit of --base does not have the stack's file, so the review connects to nothing.",
    message: word({
      code: "STACK_NOT_IN_BASE",
      place: "Pulumi.prod.yaml",
      field: "--base",
      given: "main",
      refused: noFileInBase,
    }),
  },
  STACK_FILE_REMOVED: {
    meaning: "The commit of --base has the stack's file, and the pull request removes it.",
    message: word(describeRemovedFile("prod")),
  },
  STACK_FILE_MISSING: {
    meaning: "The backend has the stack, but its file does not exist or has no config.",
    message: word(describeMissingFile("prod")),
  },
  STACK_FILE_INVALID: {
    meaning: "The stack's file is not valid YAML, or an encrypted value in it cannot be decrypted.",
    message: [findBrokenFile("prod", "yaml: line 2: did not find expected node content", "")]
      .flatMap((finding) => (finding ? [word(finding)] : []))
      .join(),
  },
  SECRET_NOT_ENCRYPTED: {
    meaning: "The stack's file contains a password, key or token unencrypted, in any namespace.",
    message: findPlainSecrets("prod", { "kafka:saslPassword": "opensesame" }, () => false)
      .map(word)
      .join(),
  },
  CATALOGUE_UNREADABLE: {
    meaning:
      "A file or directory under infra/topics/ cannot be read, or a file fails, imports something else than catalogue files, topic-config.ts and dead-letters.ts, or exports no topics.",
    message: word({
      code: "CATALOGUE_UNREADABLE",
      place: "infra/topics/orders.yaml",
      field: "file",
      given: ".yaml",
      allowed: ".ts: rename it to orders.ts, or move it out of infra/topics/",
    }),
  },
  CATALOGUE_EMPTY: {
    meaning: "The catalogue declares no topic. An empty catalogue would delete every topic.",
    message: word({
      code: "CATALOGUE_EMPTY",
      place: "infra/topics/",
      field: "topics",
      given: undefined,
      allowed: "at least one topic; to delete all topics of a stack, run npm run pulumi -- destroy",
    }),
  },
  TOPIC_NAME_INVALID: {
    meaning: "Kafka or its clients refuse the name.",
    message: find("TOPIC_NAME_INVALID", "order items", { partitions: 6 }),
  },
  TOPIC_DECLARED_TWICE: {
    meaning: "Two files declare a topic with the same name.",
    message: word({
      code: "TOPIC_DECLARED_TWICE",
      ...about,
      field: "name",
      given: "orders",
      allowed: "one declaration; the other is in infra/topics/billing.ts",
    }),
  },
  TOPIC_NAMES_COLLIDE: {
    meaning: 'Two names differ only in "." and "_", so their metric names collide. Kafka refuses the second.',
    message: word({
      code: "TOPIC_NAMES_COLLIDE",
      ...about,
      field: "name",
      given: "orders.eu",
      allowed: 'a name that differs from "orders_eu" (infra/topics/billing.ts) in more than "." and "_"',
    }),
  },
  TOPIC_UNKNOWN: {
    meaning: "The stack overrides a topic that the catalogue does not declare.",
    message: find(
      "TOPIC_UNKNOWN",
      "orders",
      { partitions: 6 },
      limit("overrides", '{"order":{"partitions":3}}'),
    ),
  },
  STACK_UNKNOWN: {
    meaning: "A topic, `promoteAfter` or `npm run stages -- --stacks` names a stack that has no file.",
    message: find("STACK_UNKNOWN", "orders", { partitions: 6, stacks: ["production"] }),
  },
  STACK_NOT_DEPLOYED: {
    meaning: "`promoteAfter` names a stack that CI does not deploy.",
    message: order({ prod: ["staging"] }, ["prod", "staging"]),
  },
  PROMOTION_CYCLE: {
    meaning: "Stacks are promoted after each other, or a stack after itself.",
    message: order({ staging: ["prod"], prod: ["staging"] }),
  },
  TOO_MANY_STAGES: {
    meaning: "A stack is promoted after one of the last stage.",
    message: order({ dev: [], test: ["dev"], staging: ["test"], prod: ["staging"] }),
  },
  CONFIGS_CONTRADICT: {
    meaning: "A config contradicts another value of the topic.",
    message: find("CONFIGS_CONTRADICT", "orders", {
      partitions: 6,
      replicationFactor: 2,
      config: { "min.insync.replicas": 3 },
    }),
  },
  SAMPLE_TOO_LARGE: {
    meaning: "The sample is larger than the largest record that the topic allows.",
    message: find("SAMPLE_TOO_LARGE", "orders", {
      partitions: 6,
      config: { "max.message.bytes": 600 },
      sample: "x".repeat(100),
    }),
  },
  NAME_PATTERN_VIOLATED: {
    meaning: "The name does not match the stack's namePattern.",
    message: find(
      "NAME_PATTERN_VIOLATED",
      "billing",
      { partitions: 6 },
      limit("namePattern", "{domain}\\.[a-z]+"),
    ),
  },
  REPLICATION_FACTOR_TOO_LOW: {
    meaning: "The replication factor is below the stack's minReplicationFactor.",
    message: find(
      "REPLICATION_FACTOR_TOO_LOW",
      "orders",
      { partitions: 6, replicationFactor: 1 },
      limit("minReplicationFactor", "2"),
    ),
  },
  TOO_MANY_PARTITIONS: {
    meaning: "The topic has more partitions than the stack's maxPartitions.",
    message: find("TOO_MANY_PARTITIONS", "orders", { partitions: 48 }, limit("maxPartitions", "24")),
  },
  TOO_MANY_PARTITIONS_IN_TOTAL: {
    meaning: "All topics together have more partitions than the stack's maxTotalPartitions.",
    message: find(
      "TOO_MANY_PARTITIONS_IN_TOTAL",
      "orders",
      { partitions: 48 },
      limit("maxTotalPartitions", "24"),
    ),
  },
  FIELD_REQUIRED: {
    meaning: "The stack requires every topic to have the field.",
    message: find("FIELD_REQUIRED", "orders", { partitions: 6 }, limit("requiredFields", '["owner"]')),
  },
  CONFIG_REQUIRED: {
    meaning: "The topic does not set a config that the stack requires.",
    message: find(
      "CONFIG_REQUIRED",
      "orders",
      { partitions: 6 },
      limit("requiredConfigs", '["retention.ms"]'),
    ),
  },
  CONFIG_FORBIDDEN: {
    meaning: "The topic sets a config that the stack forbids.",
    message: find(
      "CONFIG_FORBIDDEN",
      "orders",
      { partitions: 6, config: { "segment.ms": 60_000 } },
      limit("forbiddenConfigs", '["segment.ms"]'),
    ),
  },
  RETENTION_OUT_OF_RANGE: {
    meaning: "retention.ms is outside the stack's minRetention and maxRetention.",
    message: find(
      "RETENTION_OUT_OF_RANGE",
      "orders",
      { partitions: 6, config: { "retention.ms": -1 } },
      limit("maxRetention", "30 days"),
    ),
  },
} satisfies Record<Code, CodeEntry>;

/** Problems in the catalogue or in a stack's config that are found without a cluster. */
export const catalogueSection: FindingsSection = {
  title: "Catalogue and stack config",
  intro:
    "Every command that reads the catalogue or the stack's config reports all of these together, before anything is changed. " +
    `For example, for a stack without bootstrap servers: \`${connect({})}\`.`,
  codes,
};
