import { isRetriable } from "../kafka/error-chain.ts";
import { type Deadline, OutOfTimeError, pause } from "./deadline.ts";

/**
 * How long a failure that may pass is waited out: a cluster gives up on a dead broker after 9 s, and some seconds later
 * if that was the active controller as well.
 */
export const patienceMs = 20_000;
/** The first pause; each is twice the one before, as each try sends to all of them anew. */
const pauseMs = 500;

/**
 * Tries all items at once, as one call is cheapest. A failure that may pass is tried again for a while. Where the
 * call goes on failing as a whole, each half is tried for itself, down to the items that fail alone: these, and no
 * others, count as failed. Out of time, all do.
 * @param attempt gives a result for each item
 * @param patienceUntil as `performance.now()` tells time, in ms
 * @param concernsAll tells a failure that no smaller call would escape
 * @param deadline ends a pause
 * @returns by item, its result or the error that it fails with
 */
export async function bisectFailures<Item, Result>(
  items: readonly Item[],
  attempt: (items: readonly Item[]) => Promise<ReadonlyMap<Item, Result>>,
  patienceUntil = performance.now() + patienceMs,
  concernsAll: (error: Error) => boolean = () => false,
  deadline: Deadline = { at: Number.POSITIVE_INFINITY },
): Promise<ReadonlyMap<Item, Result | Error>> {
  if (items.length === 0) return new Map();
  for (let ms = pauseMs; ; ms *= 2) {
    try {
      return await attempt(items);
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      const allFailed = () => new Map(items.map((item) => [item, error]));
      if (error instanceof OutOfTimeError) return allFailed();
      if (isRetriable(error) && performance.now() < patienceUntil) {
        await pause(deadline, ms);
        continue;
      }
      if (items.length === 1 || concernsAll(error)) return allFailed();
      const middle = Math.ceil(items.length / 2);
      const half = (some: readonly Item[]) =>
        bisectFailures(some, attempt, patienceUntil, concernsAll, deadline);
      // One after the other: two halves in one consumer group would take partitions from each other.
      const left = await half(items.slice(0, middle));
      return new Map([...left, ...(await half(items.slice(middle)))]);
    }
  }
}
