import type { MissingGrant } from "../kafka/acl-command.ts";
import type { PartitionMove, SmokeMode } from "../kafka/topic.ts";
import type { CheckOutcome } from "./check.ts";
import type { SmokeCode } from "./finding.ts";

/** The outcome of one check. */
export type Check = Omit<CheckOutcome, "finding" | "grants"> & {
  /** A code of docs/findings.md; absent if the check passed. */
  readonly code?: SmokeCode;
  /** The config's key, if the check is about one. */
  readonly key?: string;
  /** The affected partitions, unless all are affected. */
  readonly partitions?: readonly number[];
  /** If rights are missing: the cause without how to grant them, and what to grant. */
  readonly missing?: { readonly reason: string; readonly grants: readonly MissingGrant[] };
  /** The cause without what differs between topics that have it in common. */
  readonly summary?: string;
  /** Cause, evidence and next step in one line; absent if the check passed. */
  readonly cause?: string;
};

/** One partition, and its record if one was sent. Times are in ms; brokers are identified by their ids. */
export type PartitionResult = {
  readonly partition: number;
  /** -1 if there is none. */
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
  /** Absent if its replicas are not moving, or if that is unknown. */
  readonly move?: PartitionMove;
  /** Where the record landed. */
  readonly offset?: string;
  /** How long the request with this record, and those of other topics, took until all in-sync replicas had them. */
  readonly acknowledgedMs?: number;
  /**
   * `acknowledgedMs`, plus the time from requesting the record until it arrived, without joining the consumer group.
   */
  readonly endToEndMs?: number;
  /** In a dry run, the offset of the newest record, which was read, or `empty` if there is none. */
  readonly newest?: string;
  /** Why the record did not come back as sent, or why the partition did not pass the dry run. */
  readonly failure?: string;
};

/** What the smoke suite finds out about one topic. */
export type TopicResult = {
  readonly topic: string;
  /** As deployed; absent if the topic has none. */
  readonly owner?: string;
  readonly mode: Extract<SmokeMode, string> | "off";
  /** The reason for the mode "off", from the catalogue. */
  readonly reason?: string;
  /** The worst verdict of the checks, or "skipped" for the mode "off". */
  readonly verdict: "passed" | "warning" | "failed" | "skipped";
  /** As deployed. */
  readonly partitions: number;
  /** As deployed. */
  readonly replicationFactor: number;
  readonly checks: readonly Check[];
  /** The partitions on the cluster, in order. */
  readonly partitionResults: readonly PartitionResult[];
};

/** `smoke-report/results.json`. */
export type Results = {
  /** The version of this format. A change that breaks readers raises it; a new field does not. */
  readonly version: 1;
  readonly stack: string;
  /** Identifies the run; the `smoke-run` header of its records. */
  readonly run: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** The ids of the brokers that were up. */
  readonly brokers: readonly number[];
  readonly totals: Readonly<Record<TopicResult["verdict"], number>> & {
    /** Records that came back. */
    readonly records: number;
    /** Partitions that passed the dry run. */
    readonly dryRuns: number;
  };
  /** How often the run asked again, by the error's name in the Kafka protocol, or the code of another failure. */
  readonly retries: Readonly<Record<string, number>>;
  /** What the run could not remove, in words. */
  readonly leftovers: readonly string[];
  /** Sorted by name. */
  readonly topics: readonly TopicResult[];
};
