import { expect, test } from "vitest";
import { fitLine, summarize } from "./statistics.ts";

test("The median of an even number of runs is between the two middle ones", () => {
  expect(summarize([4, 1, 3, 2])).toEqual({ median: 2.5, least: 1, most: 4, runs: 4 });
  expect(summarize([10, 1, 2])).toEqual({ median: 2, least: 1, most: 10, runs: 3 });
  expect(() => summarize([])).toThrow("Nothing was measured.");
});

test("A line goes through points that lie on a line", () => {
  const line = fitLine([1, 2, 5].map((x) => ({ x, y: 3 + 2 * x })));
  expect(line.intercept).toBeCloseTo(3);
  expect(line.slope).toBeCloseTo(2);
});
