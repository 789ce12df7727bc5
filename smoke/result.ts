import type { CheckOutcome } from "./check.ts";
import type { SmokeCode } from "./finding.ts";

/** One thing that was looked at. */
export type Check = Omit<CheckOutcome, "finding"> & {
  /** Unless it passed: of docs/findings.md. */
  readonly code?: SmokeCode;
  /** The config's key, where it is about one. */
  readonly key?: string;
  /** The partitions that it is about, where it is not about all. */
  readonly partitions?: readonly number[];
  /** Unless it passed: cause, evidence and next step, in one line. */
  readonly cause?: string;
};

/** One partition, and its record if one was sent. Times are in ms, brokers are told by their ids. */
export type PartitionResult = {
  readonly partition: number;
  /** -1: none. */
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
  /** Where the record landed. */
  readonly offset?: string;
  /** What the request with the record, and those of other topics, took its leader until all in-sync replicas had it. */
  readonly acknowledgedMs?: number;
  /** The same, and from asking for the record until it arrived; joining the consumer group is not part of it. */
  readonly endToEndMs?: number;
  /** Why the record did not come back as it was sent. */
  readonly failure?: string;
};

/** What the smoke suite found out about one topic. */
export type TopicResult = {
  readonly topic: string;
  readonly mode: "produce" | "metadata" | "off";
  /** For the mode "off": why, from the catalogue. */
  readonly reason?: string;
  /** The worst of the checks; "skipped" for the mode "off". */
  readonly verdict: "passed" | "warning" | "failed" | "skipped";
  /** As deployed. */
  readonly partitions: number;
  /** As deployed. */
  readonly replicationFactor: number;
  readonly checks: readonly Check[];
  /** As the cluster has them, in order. */
  readonly partitionResults: readonly PartitionResult[];
};

/** `smoke-report/results.json`. */
export type Results = {
  /** Of this format: a change that breaks a reader raises it, new fields do not. */
  readonly version: 1;
  readonly stack: string;
  /** Marks the records of this run, in their header `smoke-run`. */
  readonly run: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** The ids of the brokers that served. */
  readonly brokers: readonly number[];
  readonly totals: Readonly<Record<TopicResult["verdict"], number>> & { readonly records: number };
  /** What the run could not remove again, in words. */
  readonly leftovers: readonly string[];
  /** In the order of their names. */
  readonly topics: readonly TopicResult[];
};
