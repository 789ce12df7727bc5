import type { ChangeKind, Doubt } from "../../ops/review/findings.ts";
import { describeChange, describeMessage } from "../../ops/review/wording.ts";
import { unreachable } from "./connection.ts";
import type { CodeEntry, FindingsSection } from "./section.ts";

const entry = (kind: ChangeKind, meaning: string): CodeEntry => ({ meaning, message: describeChange(kind) });
const doubt = (found: Doubt, meaning: string): CodeEntry => ({
  meaning,
  message: describeMessage(found, "prod"),
});
const records = { all: 5012, older: 310 };

const codes = {
  TOPIC_CREATED: entry(
    { code: "TOPIC_CREATED", expected: { partitions: 6, replicationFactor: 3 } },
    "Safe: a new topic.",
  ),
  TOPIC_ADOPTED: entry({ code: "TOPIC_ADOPTED" }, "Safe: the stack adopts an existing topic."),
  TOPIC_DELETED: entry({ code: "TOPIC_DELETED", records }, "Data loss: the topic is deleted."),
  TOPIC_REPLACED: entry(
    { code: "TOPIC_REPLACED", expected: 4, observed: 6, records },
    "Data loss: the topic is deleted and created again.",
  ),
  PARTITIONS_ADDED: entry(
    { code: "PARTITIONS_ADDED", expected: 12, observed: 6 },
    "Caution: consumers that rely on the order of a key are affected.",
  ),
  PARTITIONS_REDUCED: entry(
    { code: "PARTITIONS_REDUCED", expected: 4, observed: 6 },
    "Data loss: Kafka cannot reduce the partition count.",
  ),
  REPLICATION_FACTOR_RAISED: entry(
    { code: "REPLICATION_FACTOR_RAISED", expected: 3, observed: 2 },
    "Caution: the brokers copy records.",
  ),
  REPLICATION_FACTOR_LOWERED: entry(
    { code: "REPLICATION_FACTOR_LOWERED", expected: 2, observed: 3 },
    "Caution: the topic tolerates fewer broker failures.",
  ),
  RETENTION_SHORTENED: entry(
    {
      code: "RETENTION_SHORTENED",
      key: "retention.ms",
      expected: "1728000000",
      observed: "2592000000",
      records,
    },
    "Data loss if the topic has older records; otherwise caution.",
  ),
  RETENTION_LENGTHENED: entry(
    { code: "RETENTION_LENGTHENED", key: "retention.ms", expected: "2592000000", observed: "604800000" },
    "Safe: records are kept for longer.",
  ),
  RETENTION_WITHOUT_EFFECT: entry(
    { code: "RETENTION_WITHOUT_EFFECT", key: "retention.ms", expected: "604800000", observed: "2592000000" },
    "Caution: the topic's cleanup policy does not include delete.",
  ),
  CLEANUP_POLICY_CHANGED: entry(
    {
      code: "CLEANUP_POLICY_CHANGED",
      key: "cleanup.policy",
      expected: "compact",
      observed: "delete",
      records,
      retention: "604800000",
    },
    "Data loss: the brokers delete other records than before.",
  ),
  CLEANUP_POLICY_REORDERED: entry(
    {
      code: "CLEANUP_POLICY_REORDERED",
      key: "cleanup.policy",
      expected: "delete,compact",
      observed: "compact,delete",
    },
    "Caution: the same policies in a different order.",
  ),
  CLEANUP_DISABLED: entry(
    { code: "CLEANUP_DISABLED", key: "cleanup.policy", expected: "", observed: "delete" },
    "Caution: the brokers no longer delete anything.",
  ),
  REMOTE_STORAGE_DISABLED: entry(
    { code: "REMOTE_STORAGE_DISABLED", key: "remote.storage.enable", expected: "false", observed: "true" },
    "Data loss: records in remote storage become inaccessible.",
  ),
  UNCLEAN_ELECTION_ENABLED: entry(
    {
      code: "UNCLEAN_ELECTION_ENABLED",
      key: "unclean.leader.election.enable",
      expected: "true",
      observed: "false",
    },
    "Caution: a broker failure may lose records.",
  ),
  MIN_INSYNC_REPLICAS_CHANGED: entry(
    { code: "MIN_INSYNC_REPLICAS_CHANGED", key: "min.insync.replicas", expected: "2", observed: "1" },
    "Caution: producers with acks=all are affected.",
  ),
  CONFIG_CHANGED: entry(
    { code: "CONFIG_CHANGED", key: "segment.ms", expected: "3600000", observed: "604800000" },
    "Caution: another config changes.",
  ),
  CONFIG_ALREADY_SET: entry(
    { code: "CONFIG_ALREADY_SET", key: "retention.ms", expected: "604800000" },
    "Safe: the cluster already has the declared value.",
  ),
  CONFIGS_UNKNOWN: entry(
    { code: "CONFIGS_UNKNOWN" },
    "Caution: configs that were set by hand are reset without being shown.",
  ),
  PROTECTION_ADDED: entry(
    { code: "PROTECTION_ADDED" },
    "Safe: Pulumi refuses to delete or replace the topic.",
  ),
  PROTECTION_REMOVED: entry(
    { code: "PROTECTION_REMOVED" },
    "Caution: the first of the two steps that delete or replace a topic.",
  ),
  SMOKE_WRITES_JSON: entry(
    { code: "SMOKE_WRITES_JSON", expected: "produce", observed: "dry-run" },
    "Caution: the next smoke run writes to a topic to which it did not write before.",
  ),
  UPDATE_UNKNOWN: entry(
    { code: "UPDATE_UNKNOWN" },
    "Caution: an update without a known change; `npm run preview -- --diff` shows it.",
  ),
  STEP_UNKNOWN: entry(
    { code: "STEP_UNKNOWN", observed: "refresh" },
    "Caution: the engine plans an unknown kind of step for a topic.",
  ),
  OTHER_RESOURCE: entry(
    { code: "OTHER_RESOURCE", observed: "delete" },
    "Caution: the engine plans a step for a resource that is not a topic.",
  ),
  TOPIC_PROTECTED: doubt(
    { code: "TOPIC_PROTECTED", topic: "orders" },
    "Error: the update would delete or replace a protected topic.",
  ),
  UPDATE_UNFINISHED: doubt(
    { code: "UPDATE_UNFINISHED", observed: 4 },
    "Warning, or error if the preview fails: the last update was interrupted or failed.",
  ),
  CLUSTER_UNREACHABLE: doubt(
    unreachable,
    "Warning: the changes are judged without the cluster, so none counts as safe.",
  ),
  CLUSTER_NOT_READ: doubt(
    { code: "CLUSTER_NOT_READ", observed: "The server experienced an unexpected error." },
    "Warning: the changes are judged without the cluster, which returned an error, so none counts as safe.",
  ),
  RECORDS_NOT_COUNTED: doubt(
    { code: "RECORDS_NOT_COUNTED", observed: "no answer in time" },
    "Warning: the number of records at stake is unknown.",
  ),
  SETTINGS_NOT_COMPARED: doubt(
    { code: "SETTINGS_NOT_COMPARED", observed: "no stack named 'prod' found" },
    "Warning: it is unknown whether a setting changes.",
  ),
  CODE_NOT_REVIEWED: doubt(
    { code: "CODE_NOT_REVIEWED", observed: ["infra/limits.ts", "package.json"] },
    "Warning: a person has to look at these files; the review of a pull request takes only its topics and stacks.",
  ),
  LIMITS_NOT_COMPARED: doubt(
    { code: "LIMITS_NOT_COMPARED" },
    "Warning: without `--base`, only the connection is compared.",
  ),
  ENGINE_ERROR: doubt(
    { code: "ENGINE_ERROR", observed: "no stack named 'prod' found" },
    "Error: the engine's own message.",
  ),
  ENGINE_WARNING: doubt(
    { code: "ENGINE_WARNING", observed: "using a deprecated flag" },
    "Warning: the engine's own message.",
  ),
} satisfies Record<(ChangeKind | Doubt)["code"], CodeEntry>;

/** What an update would do and what it risks. */
export const reviewSection: FindingsSection = {
  title: "Review",
  intro:
    "Reported by `npm run review`: in `changes`, each with a `risk`, and in `errors` and `warnings`, together with the codes above.",
  codes,
};
