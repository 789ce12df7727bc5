import type { TopLevelSpec } from "vega-lite";
import type { Results } from "../results.ts";
import { creationOf, estimateSeconds } from "../scale/extrapolate.ts";
import { fitLine } from "../statistics.ts";
import { growthOf } from "./lookup.ts";
import { divide, divided, goal, shown } from "./scale-tables.ts";

const size = { width: 620, height: 300 } as const;

/** Draws how long operations take as one stack grows: the measurements, and a line that extrapolates them. */
export function drawGrowth(results: Results): TopLevelSpec {
  const measured = shown.flatMap((operation) =>
    growthOf(results, operation).map((point) => ({ operation, ...point, kind: "measured" })),
  );
  const beyond = shown.flatMap((operation) => {
    const last = growthOf(results, operation).at(-1);
    return [last?.topics, goal].flatMap((topics) => {
      const seconds = topics && estimateSeconds(results, operation, topics);
      return seconds === undefined ? [] : [{ operation, topics, seconds, kind: "extrapolated" }];
    });
  });
  return {
    ...size,
    title: { text: "One stack, ever more topics", anchor: "start" },
    data: { values: [...measured, ...beyond] },
    mark: { type: "line", point: true },
    encoding: {
      x: { field: "topics", type: "quantitative", title: "topics in the stack" },
      y: { field: "seconds", type: "quantitative", scale: { type: "log" }, title: "seconds" },
      color: { field: "operation", type: "nominal", sort: [...shown], title: null },
      strokeDash: { field: "kind", type: "nominal", sort: ["measured", "extrapolated"], title: null },
    },
  };
}

/** Draws how long one more topic takes in a stack of a given size. */
export function drawCreation(results: Results): TopLevelSpec {
  const points = creationOf(results).map(({ topics, seconds }) => ({ topics, ms: seconds * 1000 }));
  const line =
    points.length > 1 ? fitLine(points.map(({ topics, ms }) => ({ x: topics, y: ms }))) : undefined;
  const fitted = line
    ? [0, goal].map((topics) => ({ topics, ms: line.intercept + line.slope * topics, kind: "fitted" }))
    : [];
  return {
    ...size,
    title: { text: "To create one more topic in a stack of so many", anchor: "start" },
    layer: [
      {
        data: { values: points },
        mark: { type: "point", filled: true, size: 60 },
      },
      {
        data: { values: fitted },
        mark: { type: "line", strokeDash: [4, 4] },
      },
    ],
    encoding: {
      x: { field: "topics", type: "quantitative", title: "topics in the stack" },
      y: { field: "ms", type: "quantitative", title: "ms for each new topic" },
    },
  };
}

/** Draws how large the state, outputs and reports grow, next to the maximum length of a pull request comment. */
export function drawSizes({ scale }: Results): TopLevelSpec {
  const values = scale.flatMap(({ topics, stateBytes, outputBytes, smokeReportBytes, reviewCharacters }) => [
    { topics, what: "state", bytes: stateBytes },
    { topics, what: "stack outputs", bytes: outputBytes },
    { topics, what: "smoke-report/results.json", bytes: smokeReportBytes },
    { topics, what: "longest review", bytes: reviewCharacters },
  ]);
  return {
    ...size,
    title: { text: "What grows with the topics", anchor: "start" },
    layer: [
      {
        data: { values },
        mark: { type: "line", point: true },
        encoding: {
          x: { field: "topics", type: "quantitative", scale: { type: "log" }, title: "topics in the stack" },
          y: { field: "bytes", type: "quantitative", scale: { type: "log" }, title: "bytes" },
          color: { field: "what", type: "nominal", title: null },
        },
      },
      {
        data: { values: [{ bytes: 65_536 }] },
        mark: { type: "rule", strokeDash: [4, 4] },
        encoding: { y: { field: "bytes", type: "quantitative" } },
      },
    ],
  };
}

/** Draws how long operations take in one of so many stacks, which together have the topics of the goal. */
export function drawDivision(results: Results): TopLevelSpec {
  return {
    ...size,
    title: { text: `One of so many stacks, ${goal.toLocaleString("en-US")} topics in all`, anchor: "start" },
    data: { values: divide(results) },
    mark: { type: "line", point: true },
    encoding: {
      x: { field: "stacks", type: "quantitative", scale: { type: "log" }, title: "stacks" },
      y: { field: "seconds", type: "quantitative", scale: { type: "log" }, title: "seconds" },
      color: { field: "operation", type: "nominal", sort: [...divided], title: null },
    },
  };
}
