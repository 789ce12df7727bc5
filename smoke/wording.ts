import { explainGrant, type MissingGrant } from "../kafka/acl-command.ts";
import { describeDown } from "../kafka/broker-wording.ts";
import { countOf, describeValue } from "../kafka/describe-value.ts";
import { wording } from "../kafka/failure-wording.ts";
import { describeMoves } from "../kafka/moving-topics.ts";
import type { OtherFormat } from "../kafka/record-format.ts";
import type { CheckOutcome } from "./check.ts";
import type { ReadFailure, SmokeFinding, UnreadRecord } from "./finding.ts";
import { namePartitions } from "./partition-names.ts";
import type { Check } from "./result.ts";
import { describeTransactions, endTransaction } from "./transaction-wording.ts";

const list = new Intl.ListFormat("en-GB");

const redeploy = "npm run up deploys the topic as declared; npm run preview shows what it would change.";

/** How many of many reasons are named. */
const namedReasons = 3;

/** Words a check's outcome for the reports; if it did not pass, with cause, evidence and next step. */
export function wordCheck({ finding, grants, ...outcome }: CheckOutcome): Check {
  if (!finding) return outcome;
  const reason = describeFinding(finding);
  return {
    ...outcome,
    code: finding.code,
    ...("key" in finding && { key: finding.key }),
    ...("partitions" in finding && { partitions: finding.partitions }),
    ...(grants && grants.length > 0 && { missing: { reason, grants } }),
    ...(finding.code === "RECORDS_NOT_JSON" && { summary: `${notJson}. ${chooseMode}` }),
    ...(finding.code === "RECORDS_UNKNOWN" && { summary: `${unknown}: ${notRead[finding.observed]}` }),
    ...(finding.code === "PARTITIONS_MOVING" && {
      summary: `partitions are moving to other brokers. ${follow}`,
    }),
    ...(finding.code === "TRANSACTION_OPEN" && {
      summary: `a transaction has been open for a long time. ${endTransaction}`,
    }),
    cause: describeMissing(reason, grants),
  };
}

/** Words a cause with how to grant what is missing. */
export function describeMissing(reason: string, grants: readonly MissingGrant[] = []): string {
  return [reason, ...grants.map(explainGrant)].join(" ");
}

/** Words a finding: cause, evidence and next step, in one line. */
export function describeFinding(finding: SmokeFinding): string {
  switch (finding.code) {
    case "TOPIC_MISSING":
      return (
        "the topic is missing: it was deleted by hand, or this is another cluster. Check the stack's bootstrap servers; " +
        "to create it again, empty: npm run up -- --recreate."
      );
    case "PERMISSION_MISSING": {
      const purpose = finding.expected.includes("DESCRIBE") ? "see the topic" : "read its configs";
      return `${finding.observed} may not ${purpose}. Grant it ${list.format(finding.expected)} on the topic.`;
    }
    case "PARTITION_COUNT_DIFFERS": {
      const next =
        finding.observed > finding.expected
          ? `The partition count cannot be reduced: declare ${finding.observed}.`
          : "npm run pulumi -- refresh corrects the state, and the next npm run up adds partitions.";
      return `changed by hand from ${finding.expected} to ${finding.observed} partitions. ${next}`;
    }
    case "REPLICATION_FACTOR_DIFFERS":
      return (
        `its partitions have ${countOf(finding.observed, "replica")} instead of ${finding.expected}: changed by hand or by an ` +
        `interrupted update. ${redeploy}`
      );
    case "REPLICATION_FACTOR_UNEVEN":
      return (
        `its partitions have ${finding.observed.join(" and ")} replicas instead of ${finding.expected}: a reassignment is ` +
        "in progress, or was interrupted. kafka-reassign-partitions.sh --list shows it."
      );
    case "CONFIG_CHANGED_BY_HAND":
    case "CONFIG_REMOVED_BY_HAND": {
      const { code, key } = finding;
      const [expected, observed] = [finding.expected, finding.observed].map((value) =>
        describeValue(key, value),
      );
      if (code === "CONFIG_CHANGED_BY_HAND")
        return `${key} was changed by hand from ${expected} to ${observed}. ${redeploy}`;
      return finding.expected === finding.observed
        ? `${key} was removed by hand; the cluster's default is the same now. The next update of the topic sets it again.`
        : `${key} was removed by hand: ${observed} in place of ${expected}. ${redeploy}`;
    }
    case "CONFIG_ADDED_BY_HAND":
      return (
        `${finding.key}=${finding.observed} is set on the cluster and not declared. The next update of the topic resets ` +
        "it: declare it, or remove it."
      );
    case "LEADER_MISSING":
      return `no replica of ${namePartitions(finding.partitions)} can lead; ${describeGone(finding.brokers)}`;
    case "REPLICAS_OUT_OF_SYNC":
      return (
        `${namePartitions(finding.partitions)} tolerate${finding.partitions.length === 1 ? "s" : ""} fewer broker ` +
        `failures than declared; ${describeGone(finding.brokers)}`
      );
    case "TOO_FEW_IN_SYNC_REPLICAS":
      return (
        `fewer than min.insync.replicas (${finding.expected}) are in sync for ${namePartitions(finding.partitions)}, ` +
        `so writes with acks=all are refused; ${describeGone(finding.brokers)}`
      );
    case "PARTITIONS_MOVING":
      return `${describeMoves(finding.observed)}. ${follow}`;
    case "RECORDS_NOT_TRIED":
      return `no record was sent: ${reasonsNotTried[finding.observed]}.`;
    case "RECORDS_NOT_JSON": {
      const { partition, offset, observed } = finding;
      return `${notJson}: the record at offset ${offset} of partition ${partition} ${describeFormat(observed)}. ${chooseMode}`;
    }
    case "RECORDS_UNKNOWN":
      return `${unknown} (${namePartitions(finding.partitions)}): ${notRead[finding.observed]}`;
    case "SAMPLE_TOO_LARGE":
      return (
        `the sample is larger (${finding.observed} bytes) than the topic takes (max.message.bytes ${finding.expected}). ` +
        "Raise max.message.bytes or shorten the sample."
      );
    case "RECORDS_REFUSED":
      return describeRefusals(finding.observed);
    case "DRY_WRITE_APPENDED": {
      const at = finding.observed.map(({ partition, offset }) => `${partition} (offset ${offset})`);
      return (
        `a record with a wrong checksum was appended to ${namePartitions(at)}, which Apache Kafka never does. Check whether a ` +
        "proxy or another implementation of the Kafka protocol answers instead. The dry run sent nothing more. Declare " +
        'smoke: "metadata" for all topics of this cluster.'
      );
    }
    case "RECORDS_NOT_CONSUMED":
      return finding.observed;
    case "RECORDS_NOT_AS_SENT":
      return describeUnread(finding.observed);
    case "TRANSACTION_OPEN":
      return describeTransactions(finding.observed);
    case "TRANSACTIONS_UNKNOWN":
      return (
        `it is unknown whether a transaction has been open for 10 s or more in ${namePartitions(finding.partitions)}: a leader ` +
        "did not answer, or the run had too little time to watch an open transaction. Run it again, or with a longer --timeout."
      );
    case "TOMBSTONES_REFUSED":
      return `the keys smoke-… stay in the compacted topic: ${finding.observed}`;
  }
}

const reasonsNotTried = {
  exists: 'see the check "exists"',
  replicas: "see the failed checks of its replicas",
  appended: "the dry run stopped, see DRY_WRITE_APPENDED",
} as const;

/** Words reasons, each with the partitions that it applies to, unless it applies to all; few of many reasons. */
export function describeRefusals(
  refusals: Extract<SmokeFinding, { code: "RECORDS_REFUSED" }>["observed"],
): string {
  const byCount = refusals.toSorted((a, b) => (b.partitions?.length ?? 0) - (a.partitions?.length ?? 0));
  const others = byCount.slice(namedReasons).flatMap(({ partitions = [] }) => partitions);
  return [
    ...byCount
      .slice(0, namedReasons)
      .map(({ reason, partitions }) => (partitions ? `${namePartitions(partitions)}: ${reason}` : reason)),
    ...(others.length > 0 ? [`${namePartitions(others.sort((a, b) => a - b))}: other reasons.`] : []),
  ].join(" ");
}

const follow = "npm run topics -- --moving lists all moves.";
const notJson = "no record was sent, because the topic's newest records are not JSON";
const unknown = "no record was sent, because the format of the topic's newest records is unknown";
const notRead = {
  READ_THROTTLED: `${wording.READ_THROTTLED[0]}. Raise the quota consumer_byte_rate.`,
  TIMED_OUT: "not read in time. Check the load of the brokers. Run it again, or with a longer --timeout.",
} as const;
const chooseMode =
  'Declare smoke: "dry-run", or smoke: "produce" to send JSON anyway, for the topic or by glob in the stack\'s smoke; ' +
  "then run npm run up.";

function describeFormat(format: OtherFormat): string {
  if (typeof format === "object")
    return `begins with a schema registry's magic byte and schema id ${format.schemaId}`;
  return { binary: "is binary", empty: "is empty", text: "is text" }[format];
}

function describeGone(brokers: readonly number[]): string {
  if (brokers.length === 0) return "all its brokers are up: check their logs.";
  return describeDown(brokers);
}

/** What to do about each failure. */
const nextSteps: Readonly<Record<ReadFailure["code"], string>> = {
  RECORD_CHANGED: "Find out what rewrites the topic.",
  RECORD_DELETED: 'Raise retention.ms or retention.bytes, or declare smoke: "dry-run".',
  READ_INTERRUPTED: "Run it again.",
  RECORD_LATE: "Check the load of the brokers. Run it again, or with a longer --timeout.",
  LEADER_LOST: "Start the brokers that have its replicas.",
  READ_THROTTLED: wording.READ_THROTTLED[1],
};

const changes = {
  gone: "it is no longer there",
  record: "another record is in its place",
  key: "its key is not the one that was sent",
  value: "its value is not the one that was sent",
  headers: "its headers are not those that were sent",
} as const;

/** Words why a record did not come back as sent, without the next step. */
export function describeReadFailure(failure: ReadFailure): string {
  switch (failure.code) {
    case "RECORD_CHANGED":
      return changes[failure.observed];
    case "RECORD_DELETED":
      return `written, and deleted before it was read: the log now begins at offset ${failure.observed}`;
    case "READ_INTERRUPTED":
      return "written, but the run was interrupted before it was read";
    case "RECORD_LATE":
      return "written, but not read in time";
    case "LEADER_LOST":
      return "written, but not read back: the partition has lost its leader";
    case "READ_THROTTLED":
      return `written, but ${wording.READ_THROTTLED[0]}`;
  }
}

/** Words the failures of one topic's records in one line, grouped by reason. */
export function describeUnread(records: readonly UnreadRecord[]): string {
  const starts = new Set(
    records.flatMap(({ failure }) => (failure.code === "RECORD_DELETED" ? failure.observed : [])),
  );
  const byReason = Map.groupBy(records, ({ failure }) =>
    failure.code === "RECORD_DELETED" && starts.size > 1
      ? "written, and deleted before they were read: the logs now begin at later offsets"
      : describeReadFailure(failure),
  );
  const reasons = [...byReason].map(([reason, own]) => {
    const at = own.map(({ partition, offset }) => `${partition} (offset ${offset})`);
    return `${namePartitions(at)}: ${reason}`;
  });
  const steps = new Set(records.map(({ failure }) => nextSteps[failure.code]));
  return `${reasons.join("; ")}. ${[...steps].join(" ")}`;
}
