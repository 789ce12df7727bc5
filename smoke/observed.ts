import type { LiveTopic, TopicSpec } from "../kafka/topic.ts";
import type { TopicDifference } from "../kafka/topic-difference.ts";
import type { Written } from "./produce.ts";
import type { ReadRecord } from "./read-back.ts";

/** What the cluster shows of a topic, for the checks of its definition and of its replicas. */
export type ObservedTopic = {
  readonly spec: TopicSpec;
  /** Absent: the topic is not there, or may not be seen. */
  readonly live?: LiveTopic | undefined;
  /** The principal may not DESCRIBE the topic. */
  readonly forbidden: boolean;
  readonly differences: readonly TopicDifference[];
  readonly principal: string;
  /** The ids of the brokers that serve. */
  readonly brokers: readonly number[];
  /** What a producer with acks=all waits for. */
  readonly minInSync: number;
};

/** What became of the records of one topic. */
export type TopicOutcome = {
  readonly written: Written;
  /** Each sent record as read back, or the error that kept all from being read; absent if none was sent. */
  readonly read: ReadRecord[] | Error | undefined;
  /** Why their keys could not be marked as deleted. */
  readonly tombstone: Error | undefined;
};

/** What became of a topic's records, for the checks of its records. */
export type ObservedRecords = TopicOutcome & {
  readonly topic: string;
  readonly partitions: readonly number[];
  /** Its records' keys stay until they are marked as deleted. */
  readonly compacted: boolean;
  /**
   * Words an error of a client, with the permission that it takes.
   * @param permission `WRITE on topic orders`
   */
  readonly explain: (error: unknown, permission?: string) => string;
};

/** The brokers that hold replicas of a topic and do not serve, in order. */
export function findGoneBrokers({ live, brokers }: ObservedTopic): number[] {
  const holding = new Set(live?.partitions.flatMap(({ replicas }) => replicas));
  return [...holding].filter((id) => !brokers.includes(id)).sort((a, b) => a - b);
}

/** The numbers of partitions. */
export function partitionsOf(partitions: readonly { readonly partition: number }[]): number[] {
  return partitions.map(({ partition }) => partition);
}
