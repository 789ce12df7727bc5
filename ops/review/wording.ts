import type { ReportedFinding } from "../../infra/findings-file.ts";
import { describeUnreachableOf } from "../../infra/secret-remedy.ts";
import { countOf, describeValue } from "../../kafka/describe-value.ts";
import type { RecordCount } from "../../kafka/record-counts.ts";
import { listFew } from "../../kafka/topic-groups.ts";
import type { ChangeKind, Doubt, Review } from "./findings.ts";
import { describeSettings } from "./setting-wording.ts";

/** More names would make the sentence unreadable; the table has all of them. */
const mostNames = 10;

/** Describes a change and its effect, without its topic. */
export function describeChange(change: ChangeKind): string {
  switch (change.code) {
    case "TOPIC_CREATED": {
      const { partitions, replicationFactor } = change.expected;
      return `created with ${countOf(partitions, "partition")}, replication factor ${replicationFactor}`;
    }
    case "TOPIC_ADOPTED":
      return "exists on the cluster; the stack adopts and manages it";
    case "TOPIC_DELETED":
      return `the topic is deleted; ${describeLoss(change.records)}`;
    case "TOPIC_REPLACED": {
      const counts =
        change.expected === undefined
          ? ""
          : `${change.observed} → ${countOf(change.expected, "partition")}: `;
      return `${counts}the topic is deleted and created again; ${describeLoss(change.records)}`;
    }
    case "PARTITIONS_ADDED": {
      const { observed, expected, compacted } = change;
      const effect = compacted
        ? "; the topic is compacted, so the old and the new value of such a key remain in different partitions"
        : "";
      return `${observed} → ${countOf(expected, "partition")}: new records of a key may go to a different partition${effect}`;
    }
    case "PARTITIONS_REDUCED":
      return (
        `${change.observed} → ${countOf(change.expected, "partition")}: Kafka cannot reduce the partition count; ` +
        "the topic is deleted and created again"
      );
    case "REPLICATION_FACTOR_RAISED":
      return `replication factor ${change.observed} → ${change.expected}: the brokers copy all its records`;
    case "REPLICATION_FACTOR_LOWERED":
      return `replication factor ${change.observed} → ${change.expected}: the topic tolerates fewer broker failures`;
    case "CONFIGS_UNKNOWN":
      return "the cluster did not return its configs: the update resets any that were set by hand";
    case "PROTECTION_ADDED":
      return "protected from now on";
    case "PROTECTION_REMOVED":
      return "no longer protected: a later change may delete or replace it";
    case "SMOKE_WRITES_JSON":
      return `smoke "${change.observed}" → "${change.expected}": JSON will be written to this topic`;
    case "UPDATE_UNKNOWN":
      return "an update that the review does not recognize";
    case "STEP_UNKNOWN":
      return `the engine's step "${change.observed}", which the review does not recognize`;
    case "OTHER_RESOURCE":
      return `the engine's step "${change.observed}" on a resource that is not a topic`;
    default:
      return describeConfigChange(change);
  }
}

function describeConfigChange(change: Extract<ChangeKind, { key: string }>): string {
  const { key, code } = change;
  const [from, to] = [change.observed, change.expected].map((value) => describeConfig(key, value));
  const arrow = `${key} ${from} → ${to}`;
  switch (code) {
    case "CONFIG_ALREADY_SET":
      return `${key} ${to}, which the cluster already has`;
    case "CLEANUP_DISABLED":
      return `${arrow}: every record is kept, so the topic grows without limit`;
    case "CLEANUP_POLICY_REORDERED":
      return `${arrow}: the same policies`;
    case "CLEANUP_POLICY_CHANGED":
      return `${arrow}: ${describeCleanup(change)}`;
    case "RETENTION_LENGTHENED":
      return `${arrow}: records are kept for longer`;
    case "RETENTION_WITHOUT_EFFECT":
      return `${arrow}: no effect, because the topic's records are not deleted by age or size`;
    case "RETENTION_SHORTENED":
      return `${arrow}: ${describeCut(key, change.records)}`;
    case "REMOTE_STORAGE_DISABLED":
      return `${arrow}: records in remote storage can no longer be read, or are deleted`;
    case "UNCLEAN_ELECTION_ENABLED":
      return `${arrow}: a replica that lacks records may become the leader, and these records are lost`;
    case "MIN_INSYNC_REPLICAS_CHANGED": {
      const replicas =
        change.expected === undefined
          ? "the cluster's default number of replicas"
          : countOf(Number(change.expected), "replica");
      return `${arrow}: writes with acks=all need ${replicas} in sync`;
    }
    case "CONFIG_CHANGED":
      return arrow;
  }
}

function describeConfig(key: string, value: string | undefined): string {
  return value === undefined ? "the cluster's default" : value === "" ? "none" : describeValue(key, value);
}

function describeLoss(records: RecordCount | undefined): string {
  if (!records) return "all its records are lost; the cluster did not return their number";
  if (records.all === 0) return "it has no records now";
  return `about ${countOf(records.all, "record")} ${records.all === 1 ? "is" : "are"} lost`;
}

function describeCut(key: string, records: RecordCount | undefined): string {
  if (!records) return "records beyond it are lost; the cluster did not return their number";
  const { all, older } = records;
  if (key !== "retention.ms")
    return all === 0
      ? "it has no records now"
      : `in larger partitions, the oldest of about ${countOf(all, "record")} are lost`;
  if (older === 0) return `none of its ${countOf(all, "record")} is older now`;
  return `about ${older.toLocaleString("en-US")} of ${countOf(all, "record")} ${older === 1 ? "is" : "are"} older and lost`;
}

function describeCleanup({
  expected,
  records,
  retention,
}: {
  expected?: string;
  records?: RecordCount;
  retention?: string;
}) {
  const of = records
    ? `of about ${countOf(records.all, "record")}`
    : "of its records, whose number the cluster did not return,";
  if (expected === "compact") return `${of} only the last of each key is kept`;
  const age = retention === undefined ? "its retention" : describeValue("retention.ms", retention);
  const old = `those older than ${age} are lost`;
  if (expected?.includes("compact")) return `${of} only the last of each key is kept, and ${old}`;
  return `${of} ${old}, including the last of each key`;
}

/** Describes an error or a warning of a stack's review. */
export function describeMessage(message: ReportedFinding | Doubt, stack: string): string {
  if ("message" in message) return message.message;
  switch (message.code) {
    case "TOPIC_PROTECTED":
      return (
        `${message.topic} is protected, so the update would fail. To delete or replace it, set protect: false and deploy that; ` +
        "remove the topic, or reduce its partition count, in a later change."
      );
    case "UPDATE_UNFINISHED":
      return (
        `The last update of stack ${stack} did not finish, or an update is running. The state of ` +
        `${countOf(message.observed, "topic")} is uncertain. To finish the update: npm run up -- --stack ${stack}`
      );
    case "CLUSTER_UNREACHABLE":
      return `The configs and records on the cluster are unknown. ${describeUnreachableOf(stack, message)}`;
    case "CODE_NOT_REVIEWED":
      return (
        `The pull request also changes ${countOf(message.observed.length, "file")} of code, which the review did not run: ` +
        `${listFew(message.observed)}.`
      );
    case "CLUSTER_NOT_READ":
      return `The configs and records on the cluster are unknown: ${message.observed}`;
    case "RECORDS_NOT_COUNTED":
      return `The records could not be counted: ${message.observed}`;
    case "SETTINGS_NOT_COMPARED":
      return `The stack's settings could not be compared with those of the last deployment: ${message.observed}`;
    case "LIMITS_NOT_COMPARED":
      return (
        "The limits and protections of the last deployment are unknown, because an earlier version deployed the stack. " +
        "The next update records them. To compare them with those in a commit: --base main"
      );
    case "ENGINE_ERROR":
    case "ENGINE_WARNING":
      return message.observed;
  }
}

/** Describes the verdict in a few sentences, with what to do. */
export function describeVerdict(review: Review): string {
  return [describeTopics(review), describeSettings(review.settings)].filter(Boolean).join("\n");
}

function describeTopics({ stack, verdict, changes, losses, errors, settings }: Review): string {
  const guarded = new Set(errors.flatMap((error) => (error.code === "TOPIC_PROTECTED" ? error.topic : [])));
  const open = losses
    .filter(({ topic, allowed }) => !allowed && !guarded.has(topic))
    .map(({ topic }) => topic);
  const names = losses.map(({ topic }) => topic);
  const lost =
    names.length === 1
      ? `Topic ${names[0]} would lose records.`
      : `${names.length} topics would lose records: ${listNames(names)}.`;
  const failed = errors.length > 0 ? "The update would fail, see the errors. " : "";
  if (open.length > 0)
    return `${failed}${lost} ${adviseAllowing(open)}${adviseRelease(stack, changes, open)}`;
  if (guarded.size > 0) return `${failed}${lost}${adviseRelease(stack, changes, [...guarded])}`;
  if (losses.length > 0) return `${failed}${lost} --allow-data-loss allows it.`;
  if (verdict === "failed" && changes.length === 0)
    return `Stack ${stack}: the update would fail before it changes anything, see the errors.`;
  if (verdict === "failed") return `${failed}Its other changes are unknown.`;
  if (changes.length === 0) return `Stack ${stack}: no changes${settings.length > 0 ? " of topics" : ""}.`;
  const caution = changes.filter(({ risk }) => risk === "caution").length;
  if (caution > 0)
    return `No change is known to lose records; ${caution} of ${countOf(changes.length, "change")} ${caution === 1 ? "needs" : "need"} caution.`;
  return changes.length === 1 ? "The change is safe." : `All ${changes.length} changes are safe.`;
}

function adviseAllowing(topics: readonly string[]): string {
  if (topics.length <= mostNames) return `To allow it: --allow-data-loss ${topics.join(",")}`;
  return (
    "To allow it: --allow-data-loss '*' for all of them, or --allow-data-loss followed by their names. The table and the JSON " +
    "of npm run review list all of them."
  );
}

/** A topic that is only deleted may belong to another stack or tool from now on. */
function adviseRelease(stack: string, changes: Review["changes"], lost: readonly string[]): string {
  const deleted = changes.filter(({ code, topic }) => code === "TOPIC_DELETED" && lost.includes(topic));
  const [first] = deleted;
  if (!first) return "";
  const [topic, name] = deleted.length === 1 ? ["the topic", first.topic] : ["a topic", "TOPIC"];
  return `\nTo keep ${topic} on the cluster, without this stack: npm run release -- --stack ${stack} ${name}`;
}

function listNames(names: readonly string[]): string {
  const more = names.length - mostNames;
  return more > 0 ? `${names.slice(0, mostNames).join(", ")} and ${more} others` : names.join(", ");
}
