import { growthOf } from "../report/lookup.ts";
import type { Results, ScaleOperation } from "../results.ts";

/** How many topics "up of 20 more" creates. */
export const added = 20;

/**
 * Estimates how long an operation takes with a number of topics, in s: as measured or, between two measured sizes, on the
 * straight line through them, which is continued below the smallest two and beyond the largest two.
 * @returns undefined with fewer than two measured sizes
 */
export function estimateSeconds(
  results: Pick<Results, "scale">,
  operation: ScaleOperation,
  topics: number,
): number | undefined {
  const points = growthOf(results, operation);
  const above = points.findIndex((point) => point.topics >= topics);
  const end = Math.max(1, above < 0 ? points.length - 1 : above);
  const [from, to] = [points[end - 1], points[end]];
  if (!from || !to) return undefined;
  return from.seconds + ((to.seconds - from.seconds) * (topics - from.topics)) / (to.topics - from.topics);
}

/** How long it takes to create one more topic, in s, by the number of topics that the stack already has. */
export function creationOf(results: Pick<Results, "scale">): { topics: number; seconds: number }[] {
  const unchanged = new Map(
    growthOf(results, "up unchanged").map(({ topics, seconds }) => [topics, seconds]),
  );
  return growthOf(results, "up of 20 more").flatMap(({ topics, seconds }) => {
    const without = unchanged.get(topics);
    return without === undefined ? [] : [{ topics, seconds: (seconds - without) / added }];
  });
}
