import { setTimeout as wait } from "node:timers/promises";
import type { Broker } from "./broker.ts";
import { type FetchedPartition, type FetchPosition, fetchFrom } from "./fetch.ts";
import { keyOf, type Place } from "./place.ts";
import { toProtocolError, unknownError } from "./protocol-error.ts";

const messages = {
  READ_THROTTLED: "the responses have no records, but a throttle time",
  TIMED_OUT: "the records did not come in time",
} as const;

/** A leader that answers did not return the records of a partition in time. */
export class UnreadError extends Error {
  override readonly name = "UnreadError";
  readonly code: keyof typeof messages;

  constructor(code: keyof typeof messages) {
    super(messages[code]);
    this.code = code;
  }
}

/** A partition of which a leader returned nothing. */
export type UnreadPartition = Place & { readonly error: Error };

/** How much to read of each partition, and until when. */
export type FetchLimits = {
  readonly bytes: number;
  /** In `performance.now()` milliseconds. */
  readonly until: number;
};

/** How many partitions one request names: with 16 KiB of each, all fit into a response. */
const partitionsPerRequest = 250;
/** How much to read of a partition of which the first response had nothing, because its first batch is larger. */
const largeBytes = 1024 * 1024;
/** How long the answer after a throttle time may take, in ms. */
const answerMs = 200;
/**
 * Reads each of these partitions from its position on. If a response contains no records of a partition, there are none only
 * if the position is its end, or if the response had room for any batch. Otherwise, the partition is read again, after the
 * throttle time if a quota throttles the client.
 * @returns for each partition, what the leader has of it or why that is unknown
 */
export async function* fetchEach(
  leader: Broker,
  positions: readonly FetchPosition[],
  { bytes, until }: FetchLimits,
): AsyncGenerator<FetchedPartition | UnreadPartition> {
  let [pending, limit, count] = [positions, bytes, partitionsPerRequest];
  while (pending.length > 0) {
    const cut: FetchPosition[] = [];
    for (let at = 0; at < pending.length; ) {
      const giveUp = (code: UnreadError["code"]) =>
        [...cut, ...pending.slice(at)].map((place) => ({ ...place, error: new UnreadError(code) }));
      if (performance.now() > until) return yield* giveUp("TIMED_OUT");
      const asked = pending.slice(at, at + count);
      const { throttleMs, partitions } = await fetchFrom(leader, asked, limit);
      const answers = new Map(partitions.map((answer) => [keyOf(answer), answer]));
      const isCut = (position: FetchPosition) => {
        const answer = answers.get(keyOf(position));
        return answer?.errorCode === 0 && answer.next === undefined && answer.highWatermark > position.offset;
      };
      const isEmpty = asked.every((position) => isCut(position) || !answers.has(keyOf(position)));
      if (isEmpty && throttleMs > 0) {
        if (performance.now() + throttleMs + answerMs > until) return yield* giveUp("READ_THROTTLED");
        await wait(throttleMs);
        // A quota may be too low for a larger response, however long the client waits.
        count = Math.ceil(asked.length / 2);
        continue;
      }
      // The first batch of a response may exceed the limits, so an empty response would have had room for any batch.
      for (const position of asked) {
        const answer = answers.get(keyOf(position));
        if (!answer) yield { ...position, error: toProtocolError(unknownError) };
        else if (!isEmpty && isCut(position)) cut.push(position);
        else yield answer;
      }
      at += asked.length;
    }
    [pending, limit] = [cut, largeBytes];
  }
}
