import { OutOfTimeError } from "./bound.ts";

/**
 * Tries all items at once, as one call is cheapest. Where the call fails as a whole, each half is tried for
 * itself, down to the items that fail alone: these, and no others, count as failed. Out of time, all do.
 * @param attempt gives a result for each item, in their order
 * @returns for each item, in their order, its result or the error that it fails with
 */
export async function isolateFailures<Item, Result>(
  items: readonly Item[],
  attempt: (items: readonly Item[]) => Promise<Result[]>,
): Promise<(Result | Error)[]> {
  if (items.length === 0) return [];
  try {
    return await attempt(items);
  } catch (error) {
    if (items.length === 1 || error instanceof OutOfTimeError) return items.map(() => error as Error);
    const middle = Math.ceil(items.length / 2);
    // One after the other: two halves in one consumer group would take partitions from each other.
    const left = await isolateFailures(items.slice(0, middle), attempt);
    return [...left, ...(await isolateFailures(items.slice(middle), attempt))];
  }
}
