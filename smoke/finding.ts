import type { Operation } from "../kafka/authorized-operations.ts";
import type { MovingPartition } from "../kafka/moving-topics.ts";
import type { OtherFormat } from "../kafka/record-format.ts";
import { type TopicDifference, topicDifferenceCodes } from "../kafka/topic-difference.ts";

/** Why a record did not come back as sent. */
export type ReadFailure =
  | {
      readonly code: "RECORD_CHANGED";
      /** What differs: `gone` if nothing is at the offset any more, `record` if another record is. */
      readonly observed: "gone" | "headers" | "key" | "record" | "value";
    }
  | {
      readonly code: "RECORD_DELETED";
      /** The offset at which the partition's log now begins. */
      readonly observed: string;
    }
  | { readonly code: "LEADER_LOST" | "READ_INTERRUPTED" | "READ_THROTTLED" | "RECORD_LATE" };

/** A record that did not come back as sent, with its position. */
export type UnreadRecord = {
  readonly partition: number;
  readonly offset: string;
  readonly failure: ReadFailure;
};

/** A producer's transaction that has been open for long. */
export type LongTransaction = {
  /** A 64-bit number, as a string. */
  readonly producerId: string;
  /** When it began, by the clock of its coordinator, ISO 8601, UTC; absent if the coordinator does not say. */
  readonly since?: string;
  /** The partitions of the topic in which the transaction has records. */
  readonly partitions: readonly number[];
  /** The offset of its first record in each of these partitions: 64-bit numbers, as strings. */
  readonly firstOffsets: readonly string[];
};

/** Why a check did not pass. */
export type SmokeFinding =
  | TopicDifference
  | {
      readonly code: "PERMISSION_MISSING";
      /** What is missing, the operation that failed first. */
      readonly expected: readonly Operation[];
      /** The principal. */
      readonly observed: string;
    }
  | {
      readonly code: "LEADER_MISSING" | "REPLICAS_OUT_OF_SYNC";
      readonly partitions: readonly number[];
      /** The brokers that hold replicas of the topic and are down. */
      readonly brokers: readonly number[];
    }
  | {
      readonly code: "TOO_FEW_IN_SYNC_REPLICAS";
      readonly partitions: readonly number[];
      readonly brokers: readonly number[];
      /** `min.insync.replicas`. */
      readonly expected: number;
    }
  | {
      readonly code: "PARTITIONS_MOVING";
      readonly partitions: readonly number[];
      readonly observed: readonly MovingPartition[];
    }
  | {
      /** No record was sent: another check failed, or a leader appended a batch of the dry run. */
      readonly code: "RECORDS_NOT_TRIED";
      readonly observed: "exists" | "replicas" | "appended";
    }
  | {
      /** No record was sent, because a record among the newest ones is not JSON. */
      readonly code: "RECORDS_NOT_JSON";
      readonly partition: number;
      /** A 64-bit number, as a string. */
      readonly offset: string;
      readonly observed: OtherFormat;
    }
  | {
      /** No record was sent, because the leaders of these partitions did not return the newest records in time. */
      readonly code: "RECORDS_UNKNOWN";
      readonly partitions: readonly number[];
      /** Whether a quota throttles the client. */
      readonly observed: "READ_THROTTLED" | "TIMED_OUT";
    }
  | {
      readonly code: "SAMPLE_TOO_LARGE";
      /** `max.message.bytes`. */
      readonly expected: number;
      /** Bytes of the record's value. */
      readonly observed: number;
    }
  | {
      readonly code: "RECORDS_REFUSED";
      /** One entry for each reason, as `kafka/` words it; without `partitions`, it applies to all of them. */
      readonly observed: readonly { readonly reason: string; readonly partitions?: readonly number[] }[];
    }
  | {
      /** A leader appended a batch of the dry run, although its checksum is wrong. */
      readonly code: "DRY_WRITE_APPENDED";
      /** Offsets are 64-bit numbers, as strings. */
      readonly observed: readonly { readonly partition: number; readonly offset: string }[];
    }
  | {
      /** The consumer group read no record of the topic, or the dry run not the newest ones. */
      readonly code: "RECORDS_NOT_CONSUMED";
      readonly observed: string;
    }
  | { readonly code: "RECORDS_NOT_AS_SENT"; readonly observed: readonly UnreadRecord[] }
  | {
      /** Consumers that read only committed records wait for the end of these transactions. */
      readonly code: "TRANSACTION_OPEN";
      readonly partitions: readonly number[];
      readonly observed: readonly LongTransaction[];
    }
  | {
      /** It was not found out in time whether a transaction has been open for long in these partitions. */
      readonly code: "TRANSACTIONS_UNKNOWN";
      readonly partitions: readonly number[];
    }
  | {
      readonly code: "TOMBSTONES_REFUSED";
      readonly observed: string;
    };

/** Every code of `SmokeFinding`. */
export const smokeCodes = [
  ...topicDifferenceCodes,
  "PERMISSION_MISSING",
  "LEADER_MISSING",
  "REPLICAS_OUT_OF_SYNC",
  "TOO_FEW_IN_SYNC_REPLICAS",
  "PARTITIONS_MOVING",
  "RECORDS_NOT_TRIED",
  "RECORDS_NOT_JSON",
  "RECORDS_UNKNOWN",
  "SAMPLE_TOO_LARGE",
  "RECORDS_REFUSED",
  "DRY_WRITE_APPENDED",
  "RECORDS_NOT_CONSUMED",
  "RECORDS_NOT_AS_SENT",
  "TRANSACTION_OPEN",
  "TRANSACTIONS_UNKNOWN",
  "TOMBSTONES_REFUSED",
] as const satisfies readonly SmokeFinding["code"][];
export type SmokeCode = (typeof smokeCodes)[number];

/** Every code of `ReadFailure`. */
export const readFailureCodes = [
  "RECORD_CHANGED",
  "RECORD_DELETED",
  "LEADER_LOST",
  "READ_INTERRUPTED",
  "READ_THROTTLED",
  "RECORD_LATE",
] as const satisfies readonly ReadFailure["code"][];
