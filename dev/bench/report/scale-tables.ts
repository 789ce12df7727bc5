import type { Results, ScaleOperation } from "../results.ts";
import { creationOf, estimateSeconds } from "../scale/extrapolate.ts";
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
 * Renders how long each operation takes as a stack grows, its memory, and what a line through the last times predicts
 * for the goal.
 */
export function renderGrowth(results: Results): string {
  const sizes = results.scale.map(({ topics }) => topics).sort((a, b) => a - b);
  const rows = shown.flatMap((operation) => {
    const own = new Map(growthOf(results, operation).map(({ topics, seconds }) => [topics, seconds]));
    if (own.size === 0) return [];
    const memory = results.scale
      .find(({ topics }) => topics === sizes.at(-1))
      ?.measured.find((one) => one.operation === operation)?.treeMiB;
    const measured = sizes.map((size) => {
      const seconds = own.get(size);
      return seconds === undefined ? "" : formatSeconds(seconds);
    });
    const beyond = estimateSeconds(results, operation, goal);
    const extrapolated = beyond === undefined ? "" : formatSeconds(beyond);
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

/** The operations whose time depends on how the goal's topics are divided among stacks. */
export const divided: readonly ScaleOperation[] = ["preview unchanged", "up unchanged", "up of 20 more"];

/** How long each operation takes in one of so many stacks, in s, which together have the topics of the goal. */
export function divide(results: Results): { stacks: number; operation: ScaleOperation; seconds: number }[] {
  return divided.flatMap((operation) =>
    [1, 2, 5, 10, 20, 50].flatMap((stacks) => {
      const seconds = estimateSeconds(results, operation, goal / stacks);
      return seconds === undefined ? [] : [{ stacks, operation, seconds }];
    }),
  );
}

/** Renders the same as a table. */
export function renderDivision(results: Results): string {
  const rows = [...Map.groupBy(divide(results), ({ stacks }) => stacks)].map(([stacks, times]) => [
    formatCount(stacks),
    formatCount(goal / stacks),
    ...times.map(({ seconds }) => formatSeconds(seconds)),
  ]);
  return renderTable(["stacks", "topics of each", ...divided], rows);
}

function formatKilobytes(bytes: number): string {
  return `${formatCount(Math.round(bytes / 1000))} kB`;
}
