import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/**
 * Reads an input line by line, and none of it before the first line is requested.
 * @throws AbortError as soon as the signal is aborted
 */
export async function* readLines(input: Readable, signal: AbortSignal): AsyncGenerator<string, undefined> {
  // Unless it is closed, the process does not end before its input.
  using lines = createInterface({ input, signal, crlfDelay: Number.POSITIVE_INFINITY });
  yield* lines;
  signal.throwIfAborted();
}
