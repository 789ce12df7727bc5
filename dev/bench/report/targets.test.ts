import { expect, test } from "vitest";
import type { Cell, Column, Results } from "../results.ts";
import { checkTargets, isMet } from "./targets.ts";

const machine = {
  processor: "one",
  cores: 2,
  memoryGiB: 8,
  system: "linux",
  node: "24",
  java: "17",
  pulumi: "3",
  kafka: "4",
};

function makeCell(
  operation: Cell["operation"],
  column: Column,
  topics: number,
  ...durationsMs: number[]
): Cell {
  const measuredAt = new Date(0).toISOString();
  return { operation, column, topics, durationsMs, treeMiB: [900], largestProcessMiB: [100], measuredAt };
}

function verdictOf(results: Pick<Results, "cells" | "scale">, name: string) {
  const target = checkTargets({ version: 1, machine, loads: [], limits: [], ...results }).find((one) =>
    one.name.startsWith(name),
  );
  return target && { observed: target.observed, isMet: isMet(target) };
}

test("A target is checked against the median, or against the ratio to the median of what it is compared with", () => {
  const cells = [
    makeCell("smoke", "this program", 1_000, 9_000, 3_000, 2_900),
    makeCell("smoke", "bare protocol", 1_000, 1_000),
    makeCell("smoke", "this program", 200, 1_701),
  ];
  const results = { cells, scale: [] };
  expect(verdictOf(results, "smoke of 1,000 topics")).toEqual({ observed: 3, isMet: true });
  expect(verdictOf(results, "smoke of 200 topics")).toEqual({ observed: 1.701, isMet: false });
  expect(verdictOf(results, "drift of 1,000")).toEqual({ observed: undefined, isMet: undefined });
  expect(verdictOf(results, "memory")?.observed).toBeCloseTo(104.86);
});

test("The review with the worst ratio to its preview counts", () => {
  const cells = [10, 50].flatMap((topics) => [
    makeCell("review", "this program", topics, topics * 20),
    makeCell("preview all new", "this program", topics, topics === 10 ? 100 : 1_000),
  ]);
  expect(verdictOf({ cells, scale: [] }, "review")).toEqual({ observed: 2, isMet: false });
});

test("Proportional growth counts as linear, after the engine's own time is subtracted", () => {
  const pointOf = (topics: number, whole: number, smallest: number) => ({
    topics,
    measured: [
      { operation: "preview unchanged" as const, durationsMs: [whole], treeMiB: 0 },
      { operation: "smallest program: preview unchanged" as const, durationsMs: [smallest], treeMiB: 0 },
    ],
    stateBytes: 0,
    outputBytes: 0,
    reviewCharacters: 0,
    smokeReportBytes: 0,
    measuredAt: new Date(0).toISOString(),
  });
  const scale = [pointOf(200, 1_200, 1_000), pointOf(1_000, 6_000, 5_000), pointOf(5_000, 95_000, 90_000)];
  const name = "our own part of preview unchanged";
  expect(verdictOf({ cells: [], scale }, name)).toEqual({ observed: 1, isMet: true });
  const shrinking = [pointOf(200, 2_100, 1_000), ...scale.slice(1)];
  expect(verdictOf({ cells: [], scale: shrinking }, name)).toEqual({ observed: undefined, isMet: undefined });
});
