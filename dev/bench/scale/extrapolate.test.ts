import { expect, test } from "vitest";
import { creationTime } from "./extrapolate.ts";

const update = { intercept: 2, slope: 0.01 };

test("If each creation takes as long as the first, stacks only add their fixed cost", () => {
  const creation = { intercept: 0.05, slope: 0 };
  expect(creationTime({ update, creation }, 1_000, 1)).toBeCloseTo(2 + 10 + 50);
  expect(creationTime({ update, creation }, 1_000, 10)).toBeCloseTo(20 + 10 + 50);
});

test("If each creation takes longer than the one before, the stacks divide the growth", () => {
  const creation = { intercept: 0, slope: 0.0001 };
  expect(creationTime({ update, creation }, 1_000, 1)).toBeCloseTo(2 + 10 + 50);
  expect(creationTime({ update, creation }, 1_000, 10)).toBeCloseTo(20 + 10 + 5);
});
