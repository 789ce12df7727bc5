import type { Results, ScaleOperation } from "../results.ts";
import { creationOf, creationTime, lineOf } from "../scale/extrapolate.ts";
import { fitLine } from "../statistics.ts";
import { formatCount, formatSeconds } from "./format.ts";
import { growthOf } from "./lookup.ts";
import { renderTable } from "./tables.ts";

/** How many topics one stack is asked to have. */
export const goal = 10_000;

/** The operations of one stack that the report shows, in its order. */
export const shown: readonly ScaleOperation[] = [
  "preview unchanged",
  "preview all new",
  "up unchanged",
  "smoke",
  "drift",
  "adopt",
];

/** What each operation takes as a stack grows, with the memory, and what a line through it says of the goal. */
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

/** What one more topic takes in a stack of so many. */
export function renderCreation(results: Results): string {
  const rows = creationOf(results).map(({ topics, seconds }) => [
    formatCount(topics),
    `${Math.round(seconds * 1000)} ms`,
  ]);
  return renderTable(["topics in the stack", "to create one more"], rows);
}

/** How large grow what the stack writes. */
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

/** What happened at each limit. */
export function renderLimits({ limits }: Pick<Results, "limits">): string {
  return renderTable(
    ["limit", "tried", "observed"],
    limits.map(({ limit, tried, observed }) => [limit, tried, observed]),
  );
}

/** What an update takes that creates all topics of the goal, for ever more stacks. */
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

/** The same as a table. */
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
