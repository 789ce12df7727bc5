import { setTimeout as wait } from "node:timers/promises";

/** When a step must end, and the signal that may end it earlier. */
export type Deadline = {
  /** In `performance.now()` milliseconds. */
  readonly at: number;
  /** Aborted by Ctrl-C. */
  readonly signal?: AbortSignal | undefined;
};

/** A step did not finish by its deadline. */
export class OutOfTimeError extends Error {
  override readonly name: string = "OutOfTimeError";
}

/** A step did not finish because a user interrupted the run. */
export class InterruptedError extends OutOfTimeError {
  override readonly name = "InterruptedError";
}

export function isOver({ at, signal }: Deadline): boolean {
  return signal?.aborted || performance.now() >= at;
}

/** The time left until the deadline, in ms. */
export function leftMs({ at }: Deadline): number {
  return Math.max(0, at - performance.now());
}

/** The deadline, or `ms` from now if that is earlier. */
export function within({ at, signal }: Deadline, ms: number): Deadline {
  return { at: Math.min(at, performance.now() + ms), signal };
}

/** Pauses for `ms`, or until the deadline if that is earlier. */
export async function pause(deadline: Deadline, ms: number): Promise<void> {
  const { signal } = deadline;
  await wait(Math.min(ms, leftMs(deadline)), undefined, signal && { signal }).catch(() => {});
}

/** @param what did not come, such as "the producer's acknowledgement" */
export function outOfTime({ signal }: Deadline, what: string): OutOfTimeError {
  return signal?.aborted
    ? new InterruptedError(`interrupted before ${what} came`)
    : new OutOfTimeError(`${what} did not come in time`);
}

/**
 * Returns the step's own outcome if it arrives before the deadline. kafkajs calls cannot be cancelled, so a step that
 * is out of time continues in the background, and its outcome is ignored.
 * @param what is awaited, such as "the producer's acknowledgement"
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
