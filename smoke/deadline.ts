import { setTimeout as wait } from "node:timers/promises";

/** Until when something may take, and who may end it earlier. */
export type Limit = {
  /** As `performance.now()` tells time, in ms. */
  readonly deadline: number;
  /** Aborted by Ctrl-C. */
  readonly signal?: AbortSignal | undefined;
};

/** A step of the run that did not end before the run had to. */
export class OutOfTimeError extends Error {
  override readonly name: string = "OutOfTimeError";
}

/** The same, where a person ended the run. */
export class InterruptedError extends OutOfTimeError {
  override readonly name = "InterruptedError";
}

export function isOver({ deadline, signal }: Limit): boolean {
  return signal?.aborted || performance.now() >= deadline;
}

/** The time until then, in ms. */
export function leftMs({ deadline }: Limit): number {
  return Math.max(0, deadline - performance.now());
}

/** The same limit, or an earlier one, in ms from now. */
export function within({ deadline, signal }: Limit, ms: number): Limit {
  return { deadline: Math.min(deadline, performance.now() + ms), signal };
}

/** A pause that ends early where the limit does. */
export async function pause(limit: Limit, ms: number): Promise<void> {
  const { signal } = limit;
  await wait(Math.min(ms, leftMs(limit)), undefined, signal && { signal }).catch(() => {});
}

/** @param what did not come: "the producer's acknowledgement" */
export function outOfTime({ signal }: Limit, what: string): OutOfTimeError {
  return signal?.aborted
    ? new InterruptedError(`interrupted before ${what} came`)
    : new OutOfTimeError(`${what} did not come in time`);
}

/**
 * The step's own outcome if it comes within the limit. kafkajs's calls cannot be called off, so a step that is
 * out of time goes on unheard.
 * @param what is being awaited: "the producer's acknowledgement"
 * @throws OutOfTimeError
 */
export async function boundBy<T>(limit: Limit, what: string, step: Promise<T>): Promise<T> {
  const { promise: end, reject } = Promise.withResolvers<never>();
  const giveUp = () => {
    reject(outOfTime(limit, what));
  };
  const timer = setTimeout(giveUp, leftMs(limit));
  limit.signal?.addEventListener("abort", giveUp);
  if (limit.signal?.aborted) giveUp();
  step.catch(() => {});
  try {
    return await Promise.race([step, end]);
  } finally {
    clearTimeout(timer);
    limit.signal?.removeEventListener("abort", giveUp);
  }
}
