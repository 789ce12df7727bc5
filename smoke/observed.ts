import type { MissingGrant } from "../kafka/acl-command.ts";
import type { Operation } from "../kafka/authorized-operations.ts";
import type { NewestOfPartition } from "../kafka/newest-of-each.ts";
import type { LiveTopic, TopicSpec } from "../kafka/topic.ts";
import type { TopicDifference } from "../kafka/topic-difference.ts";
import type { LongTransaction } from "./finding.ts";
import type { Written } from "./produce.ts";
import type { ReadRecord } from "./record-change.ts";

/** What the cluster reports about a topic, for the checks of its definition and its replicas. */
export type ObservedTopic = {
  readonly spec: TopicSpec;
  /** Absent if the topic does not exist or may not be described. */
  readonly live?: LiveTopic | undefined;
  /** The principal may not DESCRIBE the topic. */
  readonly forbidden: boolean;
  readonly differences: readonly TopicDifference[];
  readonly principal: string;
  /** All operations that the principal is known to lack on the topic. */
  readonly missing: readonly Operation[];
  /** What to grant for these operations on the topic. */
  readonly grant: (operations: readonly Operation[]) => MissingGrant;
  /** The ids of the brokers that are up. */
  readonly brokers: readonly number[];
  /** `min.insync.replicas`: how many in-sync replicas a write with acks=all needs. */
  readonly minInSync: number;
};

/** The transactions that have been open for long on a topic, and the partitions of which that is unknown. */
export type FoundTransactions = {
  readonly long: readonly LongTransaction[];
  readonly unknown: readonly number[];
};

/** The outcome of one topic's records. */
export type TopicOutcome = {
  readonly written: Written;
  /** Each sent record as read back, or the error that prevented all reads; undefined if no record was sent. */
  readonly read: ReadRecord[] | Error | undefined;
  /** Why the tombstones for the records' keys could not be sent. */
  readonly tombstone: Error | undefined;
  readonly transactions?: FoundTransactions | undefined;
};

/** What the checks of a topic's records need to explain errors. */
export type RecordContext = {
  readonly partitions: readonly number[];
  /**
   * Words a client's error, with the permission that the call needs.
   * @param permission `WRITE on the topic`
   */
  readonly explain: (error: unknown, permission?: string) => string;
  /** All operations that the principal is known to lack on the topic. */
  readonly missing: readonly Operation[];
  /** Finds what to grant after a client's error, on the topic these operations. */
  readonly findGrants: (error: unknown, operations: readonly Operation[]) => readonly MissingGrant[];
};

/** The outcome of a topic's records, for the checks of its records. */
export type ObservedRecords = TopicOutcome &
  RecordContext & {
    readonly topic: string;
    /** Whether the topic is compacted, so that the records' keys stay until tombstones delete them. */
    readonly compacted: boolean;
  };

/** The outcome of one topic's dry run. */
export type DryOutcome = {
  /** Why a leader would not append a record, by partition. */
  readonly refused: ReadonlyMap<number, Error>;
  /** Where leaders appended a batch that they had to reject. */
  readonly appended: readonly { readonly partition: number; readonly offset: string }[];
  /** Whether the dry run stopped before it had an outcome for all partitions, because a leader had appended a batch. */
  readonly isStopped: boolean;
  /** The newest record of each other partition, by partition. */
  readonly newest: ReadonlyMap<number, NewestOfPartition>;
};

/** The outcome of a topic's dry run, for its checks. */
export type ObservedDryRun = DryOutcome & RecordContext;

/** Finds the brokers that hold replicas of a topic and are down, in ascending order. */
export function findGoneBrokers({ live, brokers }: ObservedTopic): number[] {
  const holding = new Set(live?.partitions.flatMap(({ replicas }) => replicas));
  return [...holding].filter((id) => !brokers.includes(id)).sort((a, b) => a - b);
}

/** The partition numbers. */
export function partitionsOf(partitions: readonly { readonly partition: number }[]): number[] {
  return partitions.map(({ partition }) => partition);
}
