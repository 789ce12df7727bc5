import { type CheckOutcome, worst } from "./check.ts";
import type { LookedAt } from "./look-at.ts";
import type { TopicOutcome } from "./observed.ts";
import type { PartitionResult, TopicResult } from "./result.ts";
import { describeReadFailure, wordCheck } from "./wording.ts";

/** The result of one topic, of what was observed and of what became of its records. */
export function makeResult(
  { spec, live }: LookedAt,
  checks: readonly CheckOutcome[],
  outcome: TopicOutcome | undefined,
): TopicResult {
  const { name, smoke = "metadata", partitions, replicationFactor } = spec;
  return {
    topic: name,
    ...(typeof smoke === "object"
      ? { mode: "off", reason: smoke.off, verdict: "skipped" }
      : { mode: smoke, verdict: worst(checks) }),
    partitions,
    replicationFactor,
    checks: checks.map((check) => wordCheck(check, name)),
    partitionResults: makePartitionResults(live, outcome),
  };
}

function makePartitionResults(live: LookedAt["live"], outcome: TopicOutcome | undefined): PartitionResult[] {
  const sentTo = new Map(outcome?.written.sent.map((record) => [record.partition, record]));
  const read = Array.isArray(outcome?.read) ? outcome.read : [];
  const readFrom = new Map(read.map((record) => [record.sent.partition, record]));
  return (live?.partitions ?? []).map((partition) => {
    const sent = sentTo.get(partition.partition);
    const { readMs, failure } = readFrom.get(partition.partition) ?? {};
    return {
      ...partition,
      ...(sent && { offset: sent.offset, acknowledgedMs: round(sent.acknowledgedMs) }),
      ...(sent && readMs !== undefined && { endToEndMs: round(sent.acknowledgedMs + readMs) }),
      ...(failure && { failure: describeReadFailure(failure) }),
      ...(outcome?.written.errors.has(partition.partition) && { failure: "not written" }),
    };
  });
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
