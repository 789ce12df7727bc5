import { setTimeout as wait } from "node:timers/promises";

/** Until when something may take, and who may end it earlier. */
export type Deadline = {
  /** As `performance.now()` tells time, in ms. */
  readonly at: number;
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

export function isOver({ at, signal }: Deadline): boolean {
  return signal?.aborted || performance.now() >= at;
}

/** The time until then, in ms. */
export function leftMs({ at }: Deadline): number {
  return Math.max(0, at - performance.now());
}

/** The same deadline, or an earlier one, in ms from now. */
export function within({ at, signal }: Deadline, ms: number): Deadline {
  return { at: Math.min(at, performance.now() + ms), signal };
}

/** A pause that ends early where the deadline does. */
export async function pause(deadline: Deadline, ms: number): Promise<void> {
  const { signal } = deadline;
  await wait(Math.min(ms, leftMs(deadline)), undefined, signal && { signal }).catch(() => {});
}

/** @param what did not come: "the producer's acknowledgement" */
export function outOfTime({ signal }: Deadline, what: string): OutOfTimeError {
  return signal?.aborted
    ? new InterruptedError(`interrupted before ${what} came`)
    : new OutOfTimeError(`${what} did not come in time`);
}

/**
 * The step's own outcome if it comes within the deadline. kafkajs's calls cannot be called off, so a step that is
 * out of time goes on unheard.
 * @param what is being awaited: "the producer's acknowledgement"
 * @throws OutOfTimeError
 */
export async function boundBy<T>(deadline: Deadline, what: string, step: Promise<T>): Promise<T> {
  const { promise: end, reject } = Promise.withResolvers<never>();
  const giveUp = () => {
    reject(outOfTime(deadline, what));
  };
  const timer = setTimeout(giveUp, leftMs(deadline));
  deadline.signal?.addEventListener("abort", giveUp);
  if (deadline.signal?.aborted) giveUp();
  step.catch(() => {});
  try {
    return await Promise.race([step, end]);
  } finally {
    clearTimeout(timer);
    deadline.signal?.removeEventListener("abort", giveUp);
  }
}
