import type { TopicSpec } from "../../kafka/topic.ts";
import type { DrillFinding, StepName } from "./findings.ts";
import type { PartitionImpact } from "./impact.ts";
import { minInSyncReplicasOf } from "./judge.ts";
import type { PartitionVerdict } from "./verify.ts";

/** What a step did to the brokers and to the partitions. */
export type StepResult = {
  readonly step: StepName;
  /** The brokers that it took down, by id. */
  readonly brokers: readonly number[];
  /** From the moment on which records flowed, in ms. */
  readonly from: number;
  readonly to: number;
  readonly partitions: readonly PartitionImpact[];
  /** Once all brokers were back: what had been acknowledged since the beginning, and what was read back of it. */
  readonly readBack?: {
    readonly acknowledged: number;
    readonly records: number;
    readonly lostByUncleanElections: number;
  };
};

/** All records of a topic. */
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
  /** In the log, though they were never acknowledged: this is allowed. */
  readonly unacknowledged: number;
};

/** What `--json` prints. */
export type DrillResult = {
  /** Of this format: a change that breaks a reader raises it, new fields do not. */
  readonly version: 1;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** Of times without a leader, in ms. */
  readonly resolutionMs: number;
  /** Failed: a finding breaks what Kafka promises for the topic's settings. */
  readonly verdict: "passed" | "failed";
  readonly topics: readonly TopicTotals[];
  readonly steps: readonly StepResult[];
  readonly findings: readonly DrillFinding[];
};

/** Adds up what the partitions of each topic hold. */
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
