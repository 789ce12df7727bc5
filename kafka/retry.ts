import { setTimeout as wait } from "node:timers/promises";
import { protocolErrors, protocolErrorsCodesById } from "@platformatic/kafka";

/**
 * How long a temporary error is waited out: a cluster fences a dead broker after 9 s, and some seconds later if that broker
 * was also the active controller.
 */
export const electionMs = 15_000;

/** The first pause and the longest one; each pause is twice as long as the one before. */
const [firstPauseMs, longestPauseMs] = [250, 1_000];

/** Retriable errors that usually last: brokers return them for what does not exist. */
const lasting = ["UNKNOWN_TOPIC_OR_PARTITION", "UNKNOWN_TOPIC_ID"];

/** How long to ask again, and who hears of it. */
export type Retrying = {
  /** In `performance.now()` milliseconds; by default `electionMs` from now. */
  readonly until?: number;
  /** Called before each retry with the error's name in the Kafka protocol. */
  readonly onRetry?: ((error: string) => void) | undefined;
};

/** An answer that may be different a moment later. */
export type Temporary = {
  /** The error's name in the Kafka protocol. */
  readonly error: string;
  /** How long a broker asks the client to wait before its next request. */
  readonly throttleMs?: number;
};

/**
 * Asks, and asks again for a while if the answer is temporary.
 * @param findTemporary returns what is temporary in an answer, if anything
 * @returns the last answer, which is still temporary if that took too long
 */
export async function askUntilSettled<Answer>(
  ask: () => Promise<Answer>,
  findTemporary: (answer: Answer) => Promise<Temporary | undefined> | Temporary | undefined,
  { until = performance.now() + electionMs, onRetry }: Retrying = {},
): Promise<Answer> {
  for (let ms = firstPauseMs; ; ms = Math.min(2 * ms, longestPauseMs)) {
    const answer = await ask();
    const temporary = await findTemporary(answer);
    if (!temporary) return answer;
    const pauseMs = Math.max(ms, temporary.throttleMs ?? 0);
    if (performance.now() + pauseMs > until) return answer;
    onRetry?.(temporary.error);
    await wait(pauseMs);
  }
}

/**
 * Finds an error that ends by itself, such as an election or throttling, by the error table of the Kafka protocol.
 * @param items the items of an answer, each with an error code
 */
export function findTemporary(
  items: readonly { readonly errorCode: number }[],
  throttleMs = 0,
): Temporary | undefined {
  const codes = new Set(items.map(({ errorCode }) => errorCode));
  const names = [...codes].map((code) => protocolErrorsCodesById[code] ?? "");
  const error = names.find((name) => protocolErrors[name]?.canRetry && !lasting.includes(name));
  return error === undefined ? undefined : { error, throttleMs };
}
