/** A step of the run that did not end before the run had to. */
export class OutOfTimeError extends Error {
  override readonly name = "OutOfTimeError";
}

/**
 * The step's own outcome if it comes before the deadline. kafkajs's calls cannot be called off, so a step that
 * is out of time goes on unheard.
 * @param deadline as `performance.now()` tells time, in ms
 * @param what is being awaited: "the producer's acknowledgement"
 * @throws OutOfTimeError
 */
export async function boundBy<T>(deadline: number, what: string, step: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<never>((_, reject) => {
    const error = new OutOfTimeError(`${what} did not come in time`);
    timer = setTimeout(() => reject(error), Math.max(0, deadline - performance.now()));
  });
  step.catch(() => {});
  try {
    return await Promise.race([step, end]);
  } finally {
    clearTimeout(timer);
  }
}
