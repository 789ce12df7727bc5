import type { MissingGrant } from "../kafka/acl-command.ts";
import type { Operation } from "../kafka/authorized-operations.ts";
import type { LiveTopic, TopicSpec } from "../kafka/topic.ts";
import type { TopicDifference } from "../kafka/topic-difference.ts";
import type { Written } from "./produce.ts";
import type { ReadRecord } from "./read-back.ts";

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

/** The outcome of one topic's records. */
export type TopicOutcome = {
  readonly written: Written;
  /** Each sent record as read back, or the error that prevented all reads; undefined if no record was sent. */
  readonly read: ReadRecord[] | Error | undefined;
  /** Why the tombstones for the records' keys could not be sent. */
  readonly tombstone: Error | undefined;
};

/** The outcome of a topic's records, for the checks of its records. */
export type ObservedRecords = TopicOutcome & {
  readonly topic: string;
  readonly partitions: readonly number[];
  /** Whether the topic is compacted, so that the records' keys stay until tombstones delete them. */
  readonly compacted: boolean;
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

/** Finds the brokers that hold replicas of a topic and are down, in ascending order. */
export function findGoneBrokers({ live, brokers }: ObservedTopic): number[] {
  const holding = new Set(live?.partitions.flatMap(({ replicas }) => replicas));
  return [...holding].filter((id) => !brokers.includes(id)).sort((a, b) => a - b);
}

/** The partition numbers. */
export function partitionsOf(partitions: readonly { readonly partition: number }[]): number[] {
  return partitions.map(({ partition }) => partition);
}
