import { countOf } from "../../kafka/describe-value.ts";
import type { DrillFinding, StepName } from "./findings.ts";
import type { DrillResult, StepResult } from "./result.ts";

/** How many offsets or sequence numbers are listed individually. */
const namedNumbers = 5;

const shortTitles = {
  kill: "one killed",
  "second-kill": "two killed",
  pause: "one paused",
  "rolling-restart": "rolling restart",
  "unclean-election": "unclean election",
} as const satisfies Record<StepName, string>;

/** A step in two words. */
export function describeStepShortly({ step }: Pick<StepResult, "step">): string {
  return shortTitles[step];
}

/** What a step did to the brokers. */
export function describeStep({ step, brokers }: Pick<StepResult, "step" | "brokers">): string {
  const [first, second] = brokers;
  switch (step) {
    case "kill":
      return `Broker ${first} was killed (SIGKILL)`;
    case "second-kill":
      return `Broker ${first} was killed too; then both were started`;
    case "pause":
      return `Broker ${first} was paused (SIGSTOP), then resumed`;
    case "rolling-restart":
      return `Brokers ${brokers.join(", ")} were restarted (SIGTERM), one after the other`;
    case "unclean-election":
      return `Broker ${first} was stopped; broker ${second}, the last one in sync, was killed; ${first} was started before ${second}`;
  }
}

/** How many partitions changed their leader in a step, and for how long they had none. */
export function describeImpact({ partitions }: StepResult): string {
  const moved = partitions.filter(({ leaders }) => leaders.length > 1);
  const longest = Math.max(0, ...moved.map(({ withoutLeaderMs }) => withoutLeaderMs));
  const count = `${moved.length} of ${countOf(partitions.length, "partition")} changed their leader`;
  return longest === 0
    ? `${count} without a gap`
    : `${count}; the longest time without one was ${seconds(longest)}`;
}

/** Whether all acknowledged records were read back. */
export function describeReadBack({
  acknowledged,
  records,
  lostByUncleanElections,
}: NonNullable<StepResult["readBack"]>): string {
  if (acknowledged === records) return `all ${countOf(acknowledged, "acknowledged record")} read back`;
  const unclean = lostByUncleanElections > 0 ? `, ${lostByUncleanElections} lost by unclean elections` : "";
  return `${records.toLocaleString("en-US")} of ${countOf(acknowledged, "acknowledged record")} read back${unclean}`;
}

/** Words a finding: what happened to its topic, and why. */
export function describeFinding(finding: DrillFinding): string {
  const [extent, cause] = [describeExtent(finding), describeCause(finding)];
  // The suite's causes are complete sentences.
  return finding.code === "SMOKE_FAILED" ? `${cause} ${extent}` : `${extent}: ${cause}`;
}

/** The part of the topic that a finding is about. */
export function describeExtent(finding: DrillFinding): string {
  switch (finding.code) {
    case "TOPIC_UNAVAILABLE":
    case "WRITES_REFUSED":
      return `${namePartitions(finding.partitions)} for ${seconds(finding.ms)}`;
    case "WRITES_NOT_REFUSED":
    case "REPLICAS_OUT_OF_SYNC":
      return namePartitions(finding.partitions);
    case "RECORDS_LOST":
    case "RECORDS_LOST_BY_UNCLEAN_ELECTION":
      return (
        `${countOf(finding.lost.length, "record")} of partition ${finding.partition}, ` +
        nameOffsets(finding.lost.map(({ offset }) => offset))
      );
    case "RECORDS_DUPLICATED":
    case "RECORDS_REORDERED":
      return (
        `${countOf(finding.sequences.length, "record")} of partition ${finding.partition}, ` +
        `sent as ${listFew(finding.sequences)}`
      );
    case "SMOKE_FAILED":
      return finding.observed.join(" ");
  }
}

/** The cause of a finding and what it means; the same for all topics with the same settings. */
export function describeCause(finding: DrillFinding): string {
  switch (finding.code) {
    case "TOPIC_UNAVAILABLE":
      return finding.replicationFactor === 1
        ? "no leader, because the only replica was on a broker that was down. Replication factor 1 tolerates no broker failure."
        : "no leader, because every replica in sync was on a broker that was down. Any other replica would lose records as the leader.";
    case "WRITES_REFUSED":
      return (
        `writes refused (NOT_ENOUGH_REPLICAS), because ${countOf(finding.observed, "replica")} was in sync and ` +
        `min.insync.replicas is ${finding.expected}. A record on one broker alone could be lost with that broker.`
      );
    case "RECORDS_LOST_BY_UNCLEAN_ELECTION":
      return (
        "acknowledged and lost, because unclean.leader.election.enable let a replica lead that did not have them. Topics " +
        "without this config waited for the last replica in sync."
      );
    case "RECORDS_LOST":
      return "acknowledged and lost, although the topic's settings should have kept them.";
    case "RECORDS_DUPLICATED":
      return "in the log more than once, although the producer is idempotent.";
    case "RECORDS_REORDERED":
      return "in the log after later ones, although the producer sent one batch at a time.";
    case "WRITES_NOT_REFUSED":
      return (
        `records acknowledged with ${countOf(finding.observed, "replica")} in sync, although min.insync.replicas is ` +
        `${finding.expected}.`
      );
    case "REPLICAS_OUT_OF_SYNC":
      return "not in sync again after all brokers were back. See the brokers' logs.";
    case "SMOKE_FAILED":
      return "the smoke suite failed after all brokers were back.";
  }
}

/** The result in one sentence. */
export function describeResult({ verdict, topics, durationMs }: DrillResult): string {
  const sum = (count: (topic: DrillResult["topics"][number]) => number) =>
    topics.reduce((total, topic) => total + count(topic), 0);
  const [acknowledged, lost] = [sum((topic) => topic.acknowledged), sum((topic) => topic.lost)];
  const losses =
    lost === 0
      ? "none is missing"
      : verdict === "passed"
        ? `${lost} are missing, all of them where the topic allows it (unclean.leader.election.enable)`
        : `${lost} are missing`;
  const count = countOf(acknowledged, "record");
  return `${count} acknowledged in ${seconds(durationMs)}: ${losses}.`;
}

/** `9.2 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** `offsets 17 to 62`, `offsets 3, 9 and 12 to 14`. */
function nameOffsets(offsets: readonly bigint[]): string {
  const ranges: { first: bigint; last: bigint }[] = [];
  for (const offset of offsets.toSorted((a, b) => (a < b ? -1 : 1))) {
    const open = ranges.at(-1);
    if (open && offset === open.last + 1n) open.last = offset;
    else ranges.push({ first: offset, last: offset });
  }
  const named = ranges.map(({ first, last }) => (first === last ? String(first) : `${first} to ${last}`));
  return `${offsets.length === 1 ? "offset" : "offsets"} ${listFew(named)}`;
}

function namePartitions(partitions: readonly number[]): string {
  return `${partitions.length === 1 ? "partition" : "partitions"} ${partitions.join(", ")}`;
}

function listFew(values: readonly (number | string)[]): string {
  const more = values.length - namedNumbers;
  return more > 0 ? `${values.slice(0, namedNumbers).join(", ")} and ${more} others` : values.join(", ");
}
