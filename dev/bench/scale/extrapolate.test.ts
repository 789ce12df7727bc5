import { expect, test } from "vitest";
import type { Results, ScaleOperation } from "../results.ts";
import { creationOf, lineOf } from "./extrapolate.ts";

const stack = (topics: number, seconds: Partial<Record<ScaleOperation, number>>) => ({
  topics,
  measured: Object.entries(seconds).map(([operation, s]) => ({
    operation: operation as ScaleOperation,
    durationsMs: [s * 1000],
    treeMiB: 0,
  })),
  stateBytes: 0,
  outputBytes: 0,
  reviewCharacters: 0,
  smokeReportBytes: 0,
  measuredAt: "2026-11-27T00:00:00.000Z",
});
const results: Pick<Results, "scale"> = {
  scale: [
    stack(1_000, { "up unchanged": 6, "up of 20 more": 10 }),
    stack(200, { "up unchanged": 4, "up of 20 more": 5 }),
  ],
};

test("A line through the times of two stacks goes through both", () => {
  const line = lineOf(results, "up unchanged");
  expect(line?.slope).toBeCloseTo(2 / 800);
  expect(line?.intercept).toBeCloseTo(3.5);
});

test("A single stack has no line", () => {
  expect(lineOf({ scale: results.scale.slice(1) }, "up unchanged")).toBeUndefined();
  expect(lineOf(results, "smoke")).toBeUndefined();
});

test("A creation takes what it adds to an update without changes", () => {
  expect(creationOf(results)).toEqual([
    { topics: 200, seconds: 0.05 },
    { topics: 1_000, seconds: 0.2 },
  ]);
});
