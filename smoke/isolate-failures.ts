/**
 * Tries all items at once, as one call is cheapest. Where the call fails as a whole, each half is tried for
 * itself, down to the items that fail alone: these, and no others, count as failed.
 * @param attempt gives a result for each item, in their order
 * @param fail makes the result of an item that fails alone
 */
export async function isolateFailures<Item, Result>(
  items: readonly Item[],
  attempt: (items: readonly Item[]) => Promise<Result[]>,
  fail: (item: Item, error: Error) => Result,
): Promise<Result[]> {
  const [first] = items;
  if (first === undefined) return [];
  try {
    return await attempt(items);
  } catch (error) {
    if (items.length === 1) return [fail(first, error as Error)];
    const middle = Math.ceil(items.length / 2);
    // One after the other: two halves in one consumer group would take partitions from each other.
    const left = await isolateFailures(items.slice(0, middle), attempt, fail);
    return [...left, ...(await isolateFailures(items.slice(middle), attempt, fail))];
  }
}
