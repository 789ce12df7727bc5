import type { DryRunReason, Elsewhere, Obstacle } from "../../ops/adopt/findings.ts";
import { describeElsewhere, describeObstacle, describeReason } from "../../ops/adopt/wording.ts";
import type { CodeEntry, FindingsSection } from "./section.ts";

const reason = (found: DryRunReason, meaning: string): CodeEntry => ({
  meaning,
  message: describeReason(found),
});
const obstacle = (found: Obstacle, meaning: string): CodeEntry => ({
  meaning,
  message: describeObstacle(found),
});

const codes = {
  RECORDS_NOT_JSON: reason(
    { code: "RECORDS_NOT_JSON", partition: 0, offset: "41" },
    'Adopted with smoke: "dry-run": a JSON record may break the topic\'s consumers.',
  ),
  RECORDS_UNKNOWN: reason(
    { code: "RECORDS_UNKNOWN", observed: "NOT_AUTHORIZED" },
    'Adopted with smoke: "dry-run": the content of the topic is unknown.',
  ),
  TOPIC_OF_OTHER_SOFTWARE: reason(
    { code: "TOPIC_OF_OTHER_SOFTWARE", observed: "Kafka Connect" },
    'Left out; with --internal, adopted with smoke: "dry-run".',
  ),
  REPLICATION_FACTOR_UNEVEN: obstacle(
    { code: "REPLICATION_FACTOR_UNEVEN", observed: [2, 3] },
    "Left out: a catalogue has one replication factor for all partitions.",
  ),
  CONFIG_NOT_EXPRESSIBLE: obstacle(
    { code: "CONFIG_NOT_EXPRESSIBLE", key: "compression.type", observed: "brotli" },
    "Left out: `config` has the key, but does not accept the value.",
  ),
  CONFIGS_CONTRADICT: obstacle(
    {
      code: "CONFIGS_CONTRADICT",
      key: "min.insync.replicas",
      expected: "at most the replication factor, 2: no write with acks=all could succeed",
      observed: "3",
    },
    "Left out: a config contradicts another value of the topic.",
  ),
  DECLARATION_INVALID: obstacle(
    {
      code: "DECLARATION_INVALID",
      field: "name",
      expected: "a name that is not a property of every JavaScript object",
    },
    "Left out: a rule of the catalogue refuses a value.",
  ),
  TOPIC_NAMES_COLLIDE: obstacle(
    { code: "TOPIC_NAMES_COLLIDE", observed: "orders_eu" },
    "Left out: the catalogue has a topic with the same metric name.",
  ),
  PERMISSION_MISSING: obstacle(
    {
      code: "PERMISSION_MISSING",
      topic: "orders",
      expected: "DESCRIBE_CONFIGS",
      observed: "User:topics",
      servers: "broker-1.example.com:9093",
      grantedBy: "acl",
    },
    "Left out: its configs are unknown.",
  ),
  CONFIGS_UNREADABLE: obstacle(
    { code: "CONFIGS_UNREADABLE", topic: "orders", observed: "The server experienced an unexpected error." },
    "Left out: its configs are unknown.",
  ),
  DECLARED_FOR_OTHER_STACKS: {
    meaning: "Left out: the catalogue declares the topic, but not for this stack.",
    message: describeElsewhere(
      { code: "DECLARED_FOR_OTHER_STACKS", file: "infra/topics/orders.ts", observed: ["prod"] },
      "dev",
    ),
  },
} satisfies Record<(DryRunReason | Obstacle | Elsewhere)["code"], CodeEntry>;

/** What happens to the topics of an existing cluster. */
export const adoptSection: FindingsSection = {
  title: "Adopt",
  intro:
    "Reported by `npm run adopt` for topics that it leaves out, or to which the smoke suite must not write.",
  codes,
};
