import { isRetriable } from "../kafka/error-chain.ts";
import { type Deadline, OutOfTimeError, pause } from "./deadline.ts";

/**
 * How long retriable failures are retried: a cluster fences a dead broker after 9 s, and some seconds later if that
 * broker was also the active controller.
 */
export const patienceMs = 20_000;
/** The first pause. Each pause is twice as long as the one before, because each try repeats the call for all items. */
const pauseMs = 500;

/**
 * Tries all items in one call, because that is cheapest. A retriable failure is retried for a while. If the call keeps
 * failing, each half is tried separately, down to the items that fail alone: these, and no others, count as failed.
 * When the time is up, all items of the call count as failed.
 * @param attempt returns a result for each item
 * @param patienceUntil when retries end, in `performance.now()` milliseconds
 * @param concernsAll whether a smaller call would fail in the same way
 * @param deadline ends a pause early
 * @param onRetry called before each retry
 * @returns for each item, its result or the error it fails with
 */
export async function bisectFailures<Item, Result>(
  items: readonly Item[],
  attempt: (items: readonly Item[]) => Promise<ReadonlyMap<Item, Result>>,
  patienceUntil = performance.now() + patienceMs,
  concernsAll: (error: Error) => boolean = () => false,
  deadline: Deadline = { at: Number.POSITIVE_INFINITY },
  onRetry: (error: Error) => void = () => {},
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
        onRetry(error);
        await pause(deadline, ms);
        continue;
      }
      if (items.length === 1 || concernsAll(error)) return allFailed();
      const middle = Math.ceil(items.length / 2);
      const half = (some: readonly Item[]) =>
        bisectFailures(some, attempt, patienceUntil, concernsAll, deadline, onRetry);
      // Sequentially: two halves in one consumer group would take partitions from each other.
      const left = await half(items.slice(0, middle));
      return new Map([...left, ...(await half(items.slice(middle)))]);
    }
  }
}
