import type { MissingGrant } from "../../kafka/acl-command.ts";
import type { Operation } from "../../kafka/authorized-operations.ts";
import { dryRunChecks, recordChecks, topicChecks } from "../../smoke/check-topic.ts";
import type { ReadFailure, SmokeFinding } from "../../smoke/finding.ts";
import { describeFinding, describeMissing, describeUnread } from "../../smoke/wording.ts";
import type { CodeEntry, FindingsSection } from "./section.ts";

const grant = (operation: Operation): MissingGrant[] => [
  {
    ...{ principal: "User:smoke", operations: [operation], resource: "topic", names: ["orders"] },
    ...{ servers: "broker-1.example.com:9093", grantedBy: "acl" },
  },
];

/** Documents a finding with what the checks that report it could not prove. */
function entry(finding: SmokeFinding, grants: readonly MissingGrant[] = []): CodeEntry {
  const checks = [...topicChecks, ...recordChecks, ...dryRunChecks].filter(({ codes }) =>
    codes.includes(finding.code),
  );
  return {
    meaning: checks
      .map(({ name, proves }) => `Check "${name}" did not prove that ${asClause(proves)}`)
      .join(" "),
    message: describeMissing(describeFinding(finding), grants),
  };
}

const asClause = (sentence: string) => sentence.charAt(0).toLowerCase() + sentence.slice(1);

const unread = (failure: ReadFailure, meaning: string): CodeEntry => ({
  meaning,
  message: describeUnread([{ partition: 0, offset: "17", failure }]),
});

const codes = {
  TOPIC_MISSING: entry({ code: "TOPIC_MISSING" }),
  PERMISSION_MISSING: entry(
    { code: "PERMISSION_MISSING", expected: ["DESCRIBE_CONFIGS"], observed: "User:smoke" },
    grant("DESCRIBE_CONFIGS"),
  ),
  PARTITION_COUNT_DIFFERS: entry({ code: "PARTITION_COUNT_DIFFERS", expected: 6, observed: 8 }),
  REPLICATION_FACTOR_DIFFERS: entry({ code: "REPLICATION_FACTOR_DIFFERS", expected: 3, observed: 2 }),
  REPLICATION_FACTOR_UNEVEN: entry({ code: "REPLICATION_FACTOR_UNEVEN", expected: 3, observed: [2, 3] }),
  CONFIG_CHANGED_BY_HAND: entry({
    code: "CONFIG_CHANGED_BY_HAND",
    key: "retention.ms",
    expected: "3600000",
    observed: "1000",
  }),
  CONFIG_REMOVED_BY_HAND: entry({
    code: "CONFIG_REMOVED_BY_HAND",
    key: "retention.ms",
    expected: "604800000",
    observed: "604800000",
  }),
  CONFIG_ADDED_BY_HAND: entry({
    code: "CONFIG_ADDED_BY_HAND",
    key: "segment.ms",
    expected: undefined,
    observed: "60000",
  }),
  LEADER_MISSING: entry({ code: "LEADER_MISSING", partitions: [2], brokers: [2] }),
  REPLICAS_OUT_OF_SYNC: entry({ code: "REPLICAS_OUT_OF_SYNC", partitions: [0, 2], brokers: [] }),
  TOO_FEW_IN_SYNC_REPLICAS: entry({
    code: "TOO_FEW_IN_SYNC_REPLICAS",
    partitions: [0, 2],
    brokers: [2, 3],
    expected: 2,
  }),
  PARTITIONS_MOVING: entry({
    code: "PARTITIONS_MOVING",
    partitions: [0],
    observed: [{ partition: 0, from: [1], to: [4], bytes: 60_000_000, copied: 18_000_000 }],
  }),
  RECORDS_NOT_TRIED: entry({ code: "RECORDS_NOT_TRIED", observed: "replicas" }),
  RECORDS_NOT_JSON: entry({
    code: "RECORDS_NOT_JSON",
    partition: 0,
    offset: "41",
    observed: { schemaId: 17 },
  }),
  RECORDS_UNKNOWN: entry({ code: "RECORDS_UNKNOWN", partitions: [0, 2], observed: "READ_THROTTLED" }),
  SAMPLE_TOO_LARGE: entry({ code: "SAMPLE_TOO_LARGE", expected: 1000, observed: 1011 }),
  RECORDS_REFUSED: entry(
    {
      code: "RECORDS_REFUSED",
      observed: [
        {
          reason: "User:smoke is not authorized for the topic. Grant it WRITE on the topic.",
          partitions: [0, 1],
        },
      ],
    },
    grant("WRITE"),
  ),
  DRY_WRITE_APPENDED: entry({ code: "DRY_WRITE_APPENDED", observed: [{ partition: 2, offset: "17" }] }),
  RECORDS_NOT_CONSUMED: entry(
    {
      code: "RECORDS_NOT_CONSUMED",
      observed: "User:smoke is not authorized for the topic. Grant it READ on the topic.",
    },
    grant("READ"),
  ),
  RECORDS_NOT_AS_SENT: entry({
    code: "RECORDS_NOT_AS_SENT",
    observed: [{ partition: 0, offset: "17", failure: { code: "RECORD_LATE" } }],
  }),
  TRANSACTION_OPEN: entry({
    code: "TRANSACTION_OPEN",
    partitions: [0],
    observed: [
      { producerId: "4000", since: "2026-01-31T09:30:00.000Z", partitions: [0], firstOffsets: ["17"] },
    ],
  }),
  TRANSACTIONS_UNKNOWN: entry({ code: "TRANSACTIONS_UNKNOWN", partitions: [0] }),
  TOMBSTONES_REFUSED: entry({ code: "TOMBSTONES_REFUSED", observed: "no answer in time." }),
  RECORD_CHANGED: unread(
    { code: "RECORD_CHANGED", observed: "value" },
    "Within RECORDS_NOT_AS_SENT: another record is at the record's offset, or the record was changed.",
  ),
  RECORD_DELETED: unread(
    { code: "RECORD_DELETED", observed: "18" },
    "Within RECORDS_NOT_AS_SENT: the partition's log now begins after the record.",
  ),
  RECORD_LATE: unread(
    { code: "RECORD_LATE" },
    "Within RECORDS_NOT_AS_SENT: the record was not read within --timeout.",
  ),
  LEADER_LOST: unread(
    { code: "LEADER_LOST" },
    "Within RECORDS_NOT_AS_SENT: a partition lost its leader after the write.",
  ),
  READ_THROTTLED: unread(
    { code: "READ_THROTTLED" },
    "Within RECORDS_NOT_AS_SENT: a quota throttles the client.",
  ),
  READ_INTERRUPTED: unread(
    { code: "READ_INTERRUPTED" },
    "Within RECORDS_NOT_AS_SENT: Ctrl-C or SIGTERM ended the run.",
  ),
} satisfies Record<(SmokeFinding | ReadFailure)["code"], CodeEntry>;

/** Why a topic does not pass. */
export const smokeSection: FindingsSection = {
  title: "Smoke suite",
  intro:
    "Reported by `npm run smoke`, in `topics[].checks[]` of `results.json`, for checks that did not pass.",
  codes,
};
