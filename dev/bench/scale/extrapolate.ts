import { growthOf } from "../report/lookup.ts";
import type { Results, ScaleOperation } from "../results.ts";
import { fitLine, type Line } from "../statistics.ts";

/** How many topics "up of 20 more" creates. */
export const added = 20;

/** Fits a line to an operation's times by number of topics, in s; undefined with fewer than two points. */
export function lineOf(results: Pick<Results, "scale">, operation: ScaleOperation): Line | undefined {
  const points = growthOf(results, operation).map(({ topics, seconds }) => ({ x: topics, y: seconds }));
  return points.length > 1 ? fitLine(points) : undefined;
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
