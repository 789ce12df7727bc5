import type { Results, ScaleOperation } from "../results.ts";
import { creationOf, creationTime, lineOf } from "../scale/extrapolate.ts";
import { fitLine } from "../statistics.ts";
import { formatCount, formatSeconds } from "./format.ts";
import { growthOf } from "./lookup.ts";
import { renderTable } from "./tables.ts";

/** How many topics one stack is meant to have. */
export const goal = 10_000;

/** The operations of one stack that the report shows, in this order. */
export const shown: readonly ScaleOperation[] = [
  "preview unchanged",
  "preview all new",
  "up unchanged",
  "smoke",
  "drift",
  "adopt",
];

/**
 * Renders how long each operation takes as a stack grows, its memory, and what a line through the times predicts for
 * the goal.
 */
export function renderGrowth(results: Results): string {
  const sizes = results.scale.map(({ topics }) => topics).sort((a, b) => a - b);
  const rows = shown.flatMap((operation) => {
    const line = lineOf(results, operation);
    const own = new Map(growthOf(results, operation).map(({ topics, seconds }) => [topics, seconds]));
    if (own.size === 0) return [];
    const memory = results.scale
      .find(({ topics }) => topics === sizes.at(-1))
      ?.measured.find((one) => one.operation === operation)?.treeMiB;
    const measured = sizes.map((size) => {
      const seconds = own.get(size);
      return seconds === undefined ? "" : formatSeconds(seconds);
    });
    const extrapolated = line ? formatSeconds(line.intercept + line.slope * goal) : "";
    return [[operation, ...measured, memory ? `${formatCount(memory)} MiB` : "", extrapolated]];
  });
  const heads = sizes.map((size) => formatCount(size));
  return renderTable(
    ["operation", ...heads, "all processes, at the most topics", `${formatCount(goal)}, extrapolated`],
    rows,
  );
}

/** Renders how long one more topic takes in a stack of a given size. */
export function renderCreation(results: Results): string {
  const rows = creationOf(results).map(({ topics, seconds }) => [
    formatCount(topics),
    `${Math.round(seconds * 1000)} ms`,
  ]);
  return renderTable(["topics in the stack", "to create one more"], rows);
}

/** Renders how large the state, outputs and reports grow. */
export function renderSizes({ scale }: Pick<Results, "scale">): string {
  const rows = scale
    .toSorted((a, b) => a.topics - b.topics)
    .map(({ topics, stateBytes, outputBytes, reviewCharacters, smokeReportBytes }) => [
      formatCount(topics),
      formatKilobytes(stateBytes),
      formatKilobytes(outputBytes),
      formatKilobytes(smokeReportBytes),
      formatCount(reviewCharacters),
    ]);
  return renderTable(
    ["topics", "state", "stack outputs", "smoke-report/results.json", "longest review, characters"],
    rows,
  );
}

/** Renders what happened at each limit. */
export function renderLimits({ limits }: Pick<Results, "limits">): string {
  return renderTable(
    ["limit", "tried", "observed"],
    limits.map(({ limit, tried, observed }) => [limit, tried, observed]),
  );
}

/** How long an update takes that creates all topics of the goal, in s, for a growing number of stacks. */
export function divide(results: Results): { stacks: number; all: number; one: number }[] {
  const update = lineOf(results, "up unchanged");
  const creations = creationOf(results);
  if (!update || creations.length < 2) return [];
  const creation = fitLine(creations.map(({ topics, seconds }) => ({ x: topics, y: seconds })));
  return [1, 2, 5, 10, 20, 50].map((stacks) => {
    const all = creationTime({ update, creation }, goal, stacks);
    return { stacks, all, one: all / stacks };
  });
}

/** Renders the same as a table. */
export function renderDivision(results: Results): string {
  const rows = divide(results).map(({ stacks, all, one }) => [
    formatCount(stacks),
    formatCount(goal / stacks),
    formatSeconds(one),
    formatSeconds(all),
  ]);
  return renderTable(["stacks", "topics of each", "one stack", "all, one after the other"], rows);
}

function formatKilobytes(bytes: number): string {
  return `${formatCount(Math.round(bytes / 1000))} kB`;
}
