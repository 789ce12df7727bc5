import { expect, test } from "vitest";
import type { Results, ScaleOperation } from "../results.ts";
import { creationOf, estimateSeconds } from "./extrapolate.ts";

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
    stack(2_000, { "up unchanged": 10 }),
    stack(5_000, { "up unchanged": 40 }),
  ],
};

test("Between two measured sizes, and beyond them, an operation takes what the line through them says", () => {
  const seconds = (topics: number) => estimateSeconds(results, "up unchanged", topics);
  expect([200, 600, 1_000, 2_000, 5_000].map(seconds)).toEqual([4, 5, 6, 10, 40]);
  expect(seconds(100)).toBeCloseTo(3.75);
  expect(seconds(10_000)).toBe(90);
});

test("A single size allows no estimate", () => {
  expect(estimateSeconds({ scale: results.scale.slice(1, 2) }, "up unchanged", 200)).toBeUndefined();
  expect(estimateSeconds(results, "smoke", 200)).toBeUndefined();
});

test("A creation takes what it adds to an update without changes", () => {
  expect(creationOf(results)).toEqual([
    { topics: 200, seconds: 0.05 },
    { topics: 1_000, seconds: 0.2 },
  ]);
});
