import { growthOf } from "../report/lookup.ts";
import type { Results, ScaleOperation } from "../results.ts";
import { fitLine, type Line } from "../statistics.ts";

/** How many topics "up of 20 more" creates. */
export const added = 20;

/** An operation's time for any number of topics, from a line through what was measured; nothing without two points. */
export function lineOf(results: Pick<Results, "scale">, operation: ScaleOperation): Line | undefined {
  const points = growthOf(results, operation).map(({ topics, seconds }) => ({ x: topics, y: seconds }));
  return points.length > 1 ? fitLine(points) : undefined;
}

/** How the time to create a topic grows with the topics that the stack has already, in s. */
export function creationOf(results: Pick<Results, "scale">): { topics: number; seconds: number }[] {
  const unchanged = new Map(
    growthOf(results, "up unchanged").map(({ topics, seconds }) => [topics, seconds]),
  );
  return growthOf(results, "up of 20 more").flatMap(({ topics, seconds }) => {
    const without = unchanged.get(topics);
    return without === undefined ? [] : [{ topics, seconds: (seconds - without) / added }];
  });
}

/**
 * How long an update takes that creates all topics of so many stacks, one stack after the other, in s: what it takes
 * without any creation, and each creation in a stack that has grown so far.
 */
export function creationTime(
  { update, creation }: { update: Line; creation: Line },
  topics: number,
  stacks: number,
): number {
  const each = topics / stacks;
  const created = creation.intercept * each + (creation.slope * each ** 2) / 2;
  return stacks * (update.intercept + update.slope * each + created);
}
