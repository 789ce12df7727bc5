import type { PreflightError, PreflightWarning } from "../../infra/findings.ts";
import { readStack } from "../../infra/stack.ts";
import { describeWarning } from "../../infra/warning-wording.ts";
import { describeError } from "../../infra/wording.ts";
import { describeProblem } from "../../kafka/refused-error.ts";
import { unreachable } from "./connection.ts";
import type { CodeEntry, FindingsSection } from "./section.ts";

const bootstrapServers = ["broker-1.example.com:9093"];
const topic = "orders";

/** An error as the engine prints it, for a topic that the catalogue declares. */
function word(finding: PreflightError): string {
  const { stack } = readStack("kafka-topics", "prod", {});
  if (!stack) throw new Error("a stack without config is valid");
  const entry = {
    name: topic,
    file: "infra/topics/orders.ts",
    declared: { partitions: 6, replicationFactor: 3 },
  };
  return describeProblem(
    describeError(finding, { stack, entries: new Map([[topic, entry]]) }, { bootstrapServers }),
  ).trim();
}

const warn = (finding: PreflightWarning) => describeWarning(finding, "prod");

const codes = {
  CLUSTER_UNREACHABLE: {
    meaning:
      "No bootstrap server can be used, or there is no access token for them. `observed` has the code of each connection, as " +
      "under Connection, the server and the reason.",
    message: word(unreachable),
  },
  BROKER_UNREACHABLE: {
    meaning: "The update needs brokers that this machine cannot reach at the addresses that they advertise.",
    message: word({
      code: "BROKER_UNREACHABLE",
      expected: 3,
      observed: [
        {
          broker: 2,
          address: "broker-2.internal:9093",
          code: "HOST_UNKNOWN",
          evidence: "getaddrinfo ENOTFOUND broker-2.internal",
        },
      ],
    }),
  },
  CLUSTER_WITHOUT_TOPICS: {
    meaning: "The cluster has none of the stack's topics: it is another cluster, or they were deleted.",
    message: word({ code: "CLUSTER_WITHOUT_TOPICS", expected: 12 }),
  },
  PERMISSION_MISSING: {
    meaning: "The principal lacks a permission that the update needs.",
    message: word({
      code: "PERMISSION_MISSING",
      topic,
      expected: { operation: "ALTER", resource: "cluster", purpose: "reassign" },
      observed: "User:topics",
    }),
  },
  CONFIGS_UNREADABLE: {
    meaning: "The broker does not return the configs of a topic.",
    message: word({
      code: "CONFIGS_UNREADABLE",
      topic,
      observed: "The server experienced an unexpected error.",
    }),
  },
  TOPIC_EXISTS: {
    meaning: "The topic is on the cluster, but the stack does not adopt existing topics.",
    message: word({ code: "TOPIC_EXISTS", topic }),
  },
  TOPIC_MISSING: {
    meaning:
      "A topic that the stack deployed is no longer on the cluster. An error if the update would change the topic, otherwise a warning.",
    message: word({ code: "TOPIC_MISSING", topic }),
  },
  LAYOUT_CHANGED_BY_HAND: {
    meaning:
      "A topic that the update changes no longer has the partition count or replication factor that the last update left.",
    message: word({
      code: "LAYOUT_CHANGED_BY_HAND",
      topic,
      expected: { partitions: 6, replicationFactor: 3 },
      observed: { partitions: 8, replicationFactor: 3 },
    }),
  },
  REPLICATION_FACTOR_UNEVEN: {
    meaning: "The partitions of a topic that the update changes have different replica counts.",
    message: word({ code: "REPLICATION_FACTOR_UNEVEN", topic, expected: 3, observed: [2, 3] }),
  },
  PARTITIONS_MOVING: {
    meaning:
      "Warning: replicas of the topic are moving. Error: they move away from brokers, and an update changes or adopts the topic.",
    message: word({
      code: "PARTITIONS_MOVING",
      topic,
      observed: [{ partition: 0, from: [1], to: [4], bytes: 60_000_000, copied: 18_000_000 }],
    }),
  },
  REASSIGNMENT_IN_PROGRESS: {
    meaning:
      "The update changes a replication factor that a reassignment in progress changes in another way.",
    message: word({
      code: "REASSIGNMENT_IN_PROGRESS",
      topic,
      expected: 3,
      observed: { partition: 0, adding: [4], removing: [1] },
    }),
  },
  ADOPTION_WOULD_REPLACE: {
    meaning: "An existing topic is declared with fewer partitions than it has.",
    message: word({ code: "ADOPTION_WOULD_REPLACE", topic, expected: 6, observed: 12 }),
  },
  NOT_ENOUGH_BROKERS: {
    meaning: "The replication factor is larger than the number of brokers that are up.",
    message: word({ code: "NOT_ENOUGH_BROKERS", topic, expected: 3, observed: 2, down: [3] }),
  },
  REFUSED_BY_BROKER: {
    meaning: "The brokers refuse the creation or the change; the message is theirs.",
    message: word({
      code: "REFUSED_BY_BROKER",
      topic,
      path: ["config", "remote.storage.enable"],
      expected: true,
      observed: "Tiered Storage functionality is disabled in the broker.",
      error: "INVALID_CONFIG",
    }),
  },
  DATA_LOSS_REPLACE: {
    meaning: "Warning: the update deletes the topic with its records and creates it again.",
    message: warn({ code: "DATA_LOSS_REPLACE", topic, expected: 4, observed: 6 }),
  },
  CONFIG_RESET: {
    meaning: "Warning: the update resets a config that was set by hand.",
    message: warn({
      code: "CONFIG_RESET",
      topic,
      key: "retention.ms",
      expected: "604800000",
      observed: "2592000000",
    }),
  },
  CONFIG_CHANGED_BY_HAND: {
    meaning:
      "Warning: a declared config was changed by hand. An update resets it, unless the stack only reports it.",
    message: warn({
      code: "CONFIG_CHANGED_BY_HAND",
      repair: "on",
      topic,
      key: "retention.ms",
      expected: "604800000",
      observed: "2592000000",
    }),
  },
  REPLICATION_FACTOR_DIFFERS: {
    meaning:
      "Warning: a topic that the engine leaves unchanged has another replication factor. npm run up restores the declared one, unless the stack only reports it.",
    message: warn({ code: "REPLICATION_FACTOR_DIFFERS", topic, expected: 3, observed: 1, repair: "on" }),
  },
  PARTITION_COUNT_DIFFERS: {
    meaning: "Warning: a topic that the engine leaves unchanged has another partition count.",
    message: warn({ code: "PARTITION_COUNT_DIFFERS", topic, expected: 6, observed: 8 }),
  },
  REPLICAS_TO_COPY: {
    meaning: "Warning: the brokers copy partitions, because a replication factor is raised.",
    message: warn({
      code: "REPLICAS_TO_COPY",
      expected: {
        topics: [topic],
        partitions: 6,
        brokers: [2, 3],
        bytes: 1_440_000_000,
        bytesPerSecond: 50_000_000,
        ms: 15_000,
      },
    }),
  },
  REPLICAS_THROTTLED: {
    meaning: "Warning: a topic has a replication throttle that the catalogue does not declare.",
    message: warn({ code: "REPLICAS_THROTTLED", topic, expected: 50_000_000 }),
  },
  BROKERS_THROTTLED: {
    meaning:
      "Warning: brokers have the rate of replicationThrottle, which an interrupted update has left, and move no replicas.",
    message: warn({ code: "BROKERS_THROTTLED", expected: 50_000_000, observed: [1, 3] }),
  },
  NOT_VALIDATED: {
    meaning:
      "Warning: the principal of a preview or a review may not change topics, so the brokers did not validate the changes. For an update, this is an error.",
    message: warn({
      code: "NOT_VALIDATED",
      expected: [
        { operation: "CREATE", resource: "topic", topics: [topic] },
        { operation: "ALTER_CONFIGS", resource: "topic", topics: ["customers", "refunds"] },
      ],
      observed: "User:topics-review",
    }),
  },
  PREFLIGHT_OFF: {
    meaning: "Warning: the stack's config turns the preflight off.",
    message: warn({ code: "PREFLIGHT_OFF" }),
  },
  TLS_NOT_VERIFIED: {
    meaning:
      "Warning: the stack's config or the environment disables the verification of certificates. Every command prints it.",
    message: warn({ code: "TLS_NOT_VERIFIED", key: "kafka:skipTlsVerify" }),
  },
} satisfies Record<(PreflightError | PreflightWarning)["code"], CodeEntry>;

/** What the preflight finds on the cluster before an update. */
export const preflightSection: FindingsSection = {
  title: "Preflight",
  intro:
    "Reported by `npm run preview`, `npm run up` and `npm run review`, together with the codes above. If there is an error, " +
    "nothing is changed.",
  codes,
};
