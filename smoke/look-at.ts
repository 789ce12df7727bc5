import { principalOf } from "../kafka/connection.ts";
import { countOf } from "../kafka/describe-value.ts";
import type { LiveTopic, TopicSpec } from "../kafka/topic.ts";
import { findDifferences } from "../kafka/topic-difference.ts";
import { type CheckOutcome, worst } from "./check.ts";
import { checkTopic } from "./check-topic.ts";
import { recordsProduced } from "./checks/records-produced.ts";
import type { SmokeFinding } from "./finding.ts";
import type { SmokeInput } from "./input.ts";
import { partitionsOf } from "./observed.ts";
import { type Target, valuesOf } from "./produce.ts";

/** A topic before any record is sent. */
export type LookedAt = {
  readonly spec: TopicSpec;
  /** Absent: the topic is not there, or may not be seen. */
  readonly live: LiveTopic | undefined;
  readonly checks: readonly CheckOutcome[];
  /** Absent when no record is to be sent, or none could be. */
  readonly target?: Target;
};

/** Checks a deployed topic as the cluster has it, and decides whether records are sent to it. */
export function lookAt(spec: TopicSpec, { live: cluster, connection }: SmokeInput): LookedAt {
  const { name, smoke = "metadata", sample } = spec;
  const live = cluster.topics.get(name);
  if (typeof smoke === "object") return { spec, live, checks: [] };
  const setting = (key: string) => live?.configs?.values.get(key) ?? spec.config[key];
  const checks = checkTopic({
    spec,
    live,
    forbidden: cluster.forbidden.has(name),
    differences: findDifferences(spec, live),
    principal: principalOf(connection),
    brokers: cluster.brokers,
    minInSync: Number(setting("min.insync.replicas") ?? 1),
  });
  if (smoke === "metadata") return { spec, live, checks };

  const compacted = setting("cleanup.policy")?.includes("compact") ?? false;
  const target = { topic: name, partitions: partitionsOf(live?.partitions ?? []), sample, compacted };
  const obstacle = findObstacle(target, live, checks, setting("max.message.bytes"));
  if (!obstacle) return { spec, live, checks, target };
  const { group, name: check } = recordsProduced;
  const expected = countOf(target.partitions.length || spec.partitions, "record");
  const notTried = {
    group,
    name: check,
    expected,
    observed: "not tried",
    verdict: "failed",
    finding: obstacle,
  } as const;
  return { spec, live, checks: [...checks, notTried] };
}

/** Why no record can be written to a topic. */
function findObstacle(
  target: Target,
  live: LiveTopic | undefined,
  checks: readonly CheckOutcome[],
  maxBytes: string | undefined,
): SmokeFinding | undefined {
  if (!live) return { code: "RECORDS_NOT_TRIED", observed: "exists" };
  if (worst(checks.filter(({ group }) => group === "replicas")) === "failed")
    return { code: "RECORDS_NOT_TRIED", observed: "replicas" };
  // The record to the last partition is the longest.
  const observed = Buffer.byteLength(valuesOf(target)(target.partitions.length - 1));
  if (maxBytes !== undefined && observed > Number(maxBytes))
    return { code: "SAMPLE_TOO_LARGE", expected: Number(maxBytes), observed };
  return undefined;
}
