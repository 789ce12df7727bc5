import type { TopicSpec } from "../../kafka/topic.ts";
import type { DrillFinding, StepName } from "./findings.ts";
import type { PartitionImpact } from "./impact.ts";
import { minInSyncReplicasOf } from "./judge.ts";
import type { PartitionVerdict } from "./verify.ts";

/** What a step did to the brokers and partitions. */
export type StepResult = {
  readonly step: StepName;
  /** The brokers that the step took down, by id. */
  readonly brokers: readonly number[];
  /** In ms from the moment when records began to flow. */
  readonly from: number;
  readonly to: number;
  readonly partitions: readonly PartitionImpact[];
  /**
   * After all brokers are back: how many records were acknowledged since the beginning, and how many were read back.
   */
  readonly readBack?: {
    readonly acknowledged: number;
    readonly records: number;
    readonly lostByUncleanElections: number;
  };
};

/** The totals of a topic's records. */
export type TopicTotals = {
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly minInSyncReplicas: number;
  readonly acknowledged: number;
  readonly readBack: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly reordered: number;
  /** Records in the log that were never acknowledged, which is allowed. */
  readonly unacknowledged: number;
};

/** What `--json` prints. */
export type DrillResult = {
  /** The version of this format. A change that breaks readers raises it; a new field does not. */
  readonly version: 1;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** The resolution of times without a leader, in ms. */
  readonly resolutionMs: number;
  /** "failed" if a finding breaks what Kafka promises for the topic's settings. */
  readonly verdict: "passed" | "failed";
  readonly topics: readonly TopicTotals[];
  readonly steps: readonly StepResult[];
  readonly findings: readonly DrillFinding[];
};

/** Adds up the verdicts of each topic's partitions. */
export function sumTopics(
  topics: readonly TopicSpec[],
  verdicts: readonly PartitionVerdict[],
): TopicTotals[] {
  return topics.map((topic) => {
    const own = verdicts.filter((verdict) => verdict.topic === topic.name);
    const sum = (count: (verdict: PartitionVerdict) => number) =>
      own.reduce((total, verdict) => total + count(verdict), 0);
    return {
      topic: topic.name,
      partitions: topic.partitions,
      replicationFactor: topic.replicationFactor,
      minInSyncReplicas: minInSyncReplicasOf(topic),
      acknowledged: sum(({ acknowledged }) => acknowledged),
      readBack: sum(({ readBack }) => readBack),
      lost: sum(({ lost }) => lost.length),
      duplicated: sum(({ duplicated }) => duplicated.length),
      reordered: sum(({ reordered }) => reordered.length),
      unacknowledged: sum(({ unacknowledged }) => unacknowledged),
    };
  });
}
