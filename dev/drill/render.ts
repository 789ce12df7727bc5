import Table from "cli-table3";
import { listFew } from "../../kafka/topic-groups.ts";
import { paint } from "../../machine/terminal.ts";
import { isFailure } from "./findings.ts";
import type { PartitionImpact } from "./impact.ts";
import type { DrillResult, StepResult } from "./result.ts";
import {
  describeCause,
  describeExtent,
  describeFinding,
  describeImpact,
  describeReadBack,
  describeResult,
  describeStep,
  seconds,
} from "./wording.ts";

/** A shorter pause between two records of a partition gets no row. */
const shortMs = 1_000;

const style = { head: [], border: [], compact: true };

/** Renders a result for a terminal: what each step did to each topic and why, then the totals of each topic. */
export function renderResult(result: DrillResult, isVerbose: boolean): string {
  const { steps, verdict } = result;
  return [
    ...steps.map((step) => [renderStep(step), ...renderFindings(step, result, isVerbose), ""].join("\n")),
    renderTotals(result),
    paint(verdict === "passed" ? "green" : "red", describeResult(result)),
  ].join("\n");
}

function renderStep(step: StepResult): string {
  const table = new Table({
    head: ["topic", "leaders", "no leader", "no acks", "most attempts failed with"],
    colAligns: ["left", "left", "right", "right", "left"],
    style,
  });
  const byTopic = Map.groupBy(step.partitions, ({ topic }) => topic);
  for (const [topic, partitions] of byTopic) {
    const silent = longest(partitions, ({ withoutAcknowledgementMs }) => withoutAcknowledgementMs);
    const moved = partitions.filter(({ leaders }) => leaders.length > 1);
    if (moved.length === 0 && silent < shortMs) continue;
    const leaderless = longest(partitions, ({ withoutLeaderMs }) => withoutLeaderMs);
    table.push([
      topic,
      moved.length === 0 ? "-" : `${moved.length} of ${partitions.length}: ${describeMoves(moved)}`,
      leaderless === 0 ? "-" : seconds(leaderless),
      seconds(silent),
      describeReasons(partitions),
    ]);
  }
  const readBack = step.readBack ? `; ${describeReadBack(step.readBack)}` : "";
  const title = paint("bold", `${describeStep(step)}.`);
  return [
    title,
    `${describeImpact(step)}${readBack}.`,
    ...(table.length > 0 ? [String(table)] : []),
    "",
  ].join("\n");
}

function renderTotals({ topics }: DrillResult): string {
  const head = [
    "topic",
    "replicas",
    "min in sync",
    "acknowledged",
    "read back",
    "lost",
    "twice",
    "reordered",
  ];
  const table = new Table({
    head: [...head, "unacknowledged"],
    colAligns: ["left", ...Array(8).fill("right")],
    style,
  });
  for (const one of topics)
    table.push([
      one.topic,
      one.replicationFactor,
      one.minInSyncReplicas,
      one.acknowledged,
      one.readBack,
      one.lost === 0 ? 0 : paint("red", String(one.lost)),
      one.duplicated,
      one.reordered,
      one.unacknowledged,
    ]);
  return String(table);
}

/** Topics with the same cause are reported together. */
function renderFindings({ step }: StepResult, { findings }: DrillResult, isVerbose: boolean): string[] {
  const own = findings.filter((finding) => finding.step === step);
  return [...Map.groupBy(own, (finding) => describeCause(finding))].map(([cause, group]) => {
    const label = group.some(isFailure) ? paint("red", "failed") : paint("yellow", "expected");
    const topics = group.map((finding) => `${finding.topic} (${describeExtent(finding)})`);
    return `${label} ${cause}\n  ${isVerbose ? topics.join("\n  ") : listFew(topics)}`;
  });
}

/** `2 → 1, 2 → none → 2`: who led before and who came next, each pair once. */
function describeMoves(partitions: readonly PartitionImpact[]): string {
  const moves = partitions.map(({ leaders: [first, ...others] }) => {
    const next = others.find((leader) => leader !== null) ?? null;
    const waited = next === first && first !== null ? [null] : [];
    return [first, ...waited, next].map((leader) => leader ?? "none").join(" → ");
  });
  return [...new Set(moves)].sort().join(", ");
}

/** The most frequent reason, with its count. */
function describeReasons(partitions: readonly PartitionImpact[]): string {
  const counts = new Map<string, number>();
  for (const { refused } of partitions)
    for (const [reason, count] of Object.entries(refused))
      counts.set(reason, (counts.get(reason) ?? 0) + count);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 1)
    .map(([reason, count]) => `${count} ${reason}`)
    .join();
}

function longest(
  partitions: readonly PartitionImpact[],
  msOf: (partition: PartitionImpact) => number,
): number {
  return Math.max(0, ...partitions.map(msOf));
}

/** Renders a result for programs: each finding with its code, its data and a message. */
export function renderJson(result: DrillResult): string {
  const findings = result.findings.map((finding) => ({ ...finding, message: describeFinding(finding) }));
  const offsets = (_: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);
  return `${JSON.stringify({ ...result, findings }, offsets, 2)}\n`;
}
