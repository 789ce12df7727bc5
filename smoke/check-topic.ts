import type { Operation } from "../kafka/authorized-operations.ts";
import { principalOf } from "../kafka/connection.ts";
import { explain } from "../kafka/describe-failure.ts";
import { countOf } from "../kafka/describe-value.ts";
import type { LiveTopic, TopicSpec } from "../kafka/topic.ts";
import { findDifferences } from "../kafka/topic-difference.ts";
import { type CheckOutcome, worst } from "./check.ts";
import { configs } from "./checks/configs.ts";
import { dryWrites } from "./checks/dry-writes.ts";
import { inSyncReplicas } from "./checks/in-sync-replicas.ts";
import { leaders } from "./checks/leaders.ts";
import { moves } from "./checks/moves.ts";
import { newestRecords } from "./checks/newest-records.ts";
import { partitionCount } from "./checks/partition-count.ts";
import { recordsConsumed } from "./checks/records-consumed.ts";
import { recordsProduced, reportNotTried } from "./checks/records-produced.ts";
import { replicationFactor } from "./checks/replication-factor.ts";
import { tombstones } from "./checks/tombstones.ts";
import { topicExists } from "./checks/topic-exists.ts";
import { transactions } from "./checks/transactions.ts";
import type { SmokeFinding } from "./finding.ts";
import { groupPermissionOf } from "./group-use.ts";
import type { SmokeInput } from "./input.ts";
import { findMissingOn, grantOn } from "./missing-rights.ts";
import {
  type ObservedDryRun,
  type ObservedRecords,
  type ObservedTopic,
  partitionsOf,
  type TopicOutcome,
} from "./observed.ts";
import type { OtherRecords } from "./other-records.ts";
import { type Target, valuesOf } from "./produce.ts";
import type { PartitionResult, TopicResult } from "./result.ts";
import { describeReadFailure, wordCheck } from "./wording.ts";

/** The checks of every topic, in this order. */
export const topicChecks = [
  topicExists,
  partitionCount,
  replicationFactor,
  configs,
  leaders,
  inSyncReplicas,
  moves,
] as const;

/** The checks of every topic that records were sent to, in this order. */
export const recordChecks = [recordsProduced, recordsConsumed, transactions, tombstones] as const;

/** The checks of every topic of a dry run, in this order. */
export const dryRunChecks = [dryWrites, newestRecords] as const;

/** Checks a topic's definition and replicas; only the replicas of a topic that has no definition to compare with. */
export function runTopicChecks(observed: ObservedTopic, isUndeclared = false): CheckOutcome[] {
  const checks = isUndeclared ? topicChecks.filter(({ group }) => group === "replicas") : topicChecks;
  return checks.flatMap((check) => check.run(observed));
}

/** Checks the outcome of a topic's records. */
export function checkRecords(observed: ObservedRecords): CheckOutcome[] {
  return recordChecks.flatMap((check) => check.run(observed));
}

/** Checks the outcome of a topic's dry run. */
export function checkDryRun(observed: ObservedDryRun): CheckOutcome[] {
  return dryRunChecks.flatMap((check) => check.run(observed));
}

/** Returns a function that words a client's errors for a principal. */
export function explainFor(
  { connection, groups }: Pick<SmokeInput, "connection" | "groups">,
  clockAheadMs?: number,
): ObservedRecords["explain"] {
  const principal = principalOf(connection);
  const groupPermission = groupPermissionOf(groups);
  return (error, permission) =>
    explain(error, {
      principal,
      groupPermission,
      clockAheadMs,
      settingNames: connection.settingNames,
      ...(permission !== undefined && { permission }),
    });
}

/** A topic before any record is sent. */
export type InspectedTopic = {
  readonly spec: TopicSpec;
  /** Undefined if the topic does not exist or may not be described. */
  readonly live: LiveTopic | undefined;
  readonly checks: readonly CheckOutcome[];
  /** Absent if no record is to be sent, or none can be. */
  readonly target?: Target;
};

/** Checks a deployed topic against the cluster, and decides whether to send records to it. */
export function inspectTopic(spec: TopicSpec, input: SmokeInput): InspectedTopic {
  const { cluster, connection } = input;
  const { name, smoke = "metadata" } = spec;
  const live = cluster.topics.get(name);
  if (typeof smoke === "object") return { spec, live, checks: [] };
  const setting = (key: string) => live?.configs?.values.get(key) ?? spec.config[key];
  const observed = {
    spec,
    live,
    forbidden: cluster.forbidden.has(name),
    differences: findDifferences(spec, live),
    principal: principalOf(connection),
    missing: findMissingOn(spec, cluster, input.isUndeclared),
    grant: (operations: readonly Operation[]) => grantOn(name, operations, input),
    brokers: cluster.brokers,
    minInSync: Number(setting("min.insync.replicas") ?? 1),
  };
  const checks = runTopicChecks(observed, input.isUndeclared);
  if (smoke === "metadata") return { spec, live, checks };

  const compacted = setting("cleanup.policy")?.includes("compact") ?? false;
  const isDry = smoke === "dry-run";
  const sample = isDry ? undefined : spec.sample;
  const target = { topic: name, partitions: partitionsOf(live?.partitions ?? []), sample, compacted };
  const obstacle = findObstacle(target, live, checks, isDry ? undefined : setting("max.message.bytes"));
  if (!obstacle) return { spec, live, checks, target };
  const count = target.partitions.length || spec.partitions;
  const notTried = isDry
    ? reportNotTried(countOf(count, "partition"), obstacle, { group: dryWrites.group, name: dryWrites.name })
    : reportNotTried(countOf(count, "record"), obstacle);
  return { spec, live, checks: [...checks, notTried] };
}

/** Refuses to send records to a topic, because one of its newest records is not JSON, or they are unknown. */
export function refuseTarget({ target, ...topic }: InspectedTopic, finding: OtherRecords): InspectedTopic {
  const notTried = reportNotTried(countOf(target?.partitions.length ?? 0, "record"), finding);
  return { ...topic, checks: [...topic.checks, notTried] };
}

/**
 * Finds what prevents records from being written to a topic.
 * @param maxBytes of a value; absent if no value is written
 */
function findObstacle(
  target: Target,
  live: LiveTopic | undefined,
  checks: readonly CheckOutcome[],
  maxBytes: string | undefined,
): SmokeFinding | undefined {
  if (!live) return { code: "RECORDS_NOT_TRIED", observed: "exists" };
  if (worst(checks.filter(({ group }) => group === "replicas")) === "failed")
    return { code: "RECORDS_NOT_TRIED", observed: "replicas" };
  // The record for the last partition is the longest.
  const observed = Buffer.byteLength(valuesOf(target)(target.partitions.length - 1));
  if (maxBytes !== undefined && observed > Number(maxBytes))
    return { code: "SAMPLE_TOO_LARGE", expected: Number(maxBytes), observed };
  return undefined;
}

/** Makes the result of one topic from its checks and the outcome of its records. */
export function makeResult(
  { spec, live }: InspectedTopic,
  checks: readonly CheckOutcome[],
  outcome: TopicOutcome | undefined,
): TopicResult {
  const { name, owner, smoke = "metadata", partitions, replicationFactor } = spec;
  return {
    topic: name,
    ...(owner !== undefined && { owner }),
    ...(typeof smoke === "object"
      ? { mode: "off", reason: smoke.off, verdict: "skipped" }
      : { mode: smoke, verdict: worst(checks) }),
    partitions,
    replicationFactor,
    checks: checks.map(wordCheck),
    partitionResults: makePartitionResults(live, outcome),
  };
}

function makePartitionResults(
  live: InspectedTopic["live"],
  outcome: TopicOutcome | undefined,
): PartitionResult[] {
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
