import type { Connection } from "../kafka/connection.ts";
import { writeDry } from "../kafka/dry-write.ts";
import { keyOf } from "../kafka/place.ts";
import { toProtocolError } from "../kafka/protocol-error.ts";
import { isUnexpected } from "../machine/command.ts";
import { boundBy, type Deadline, isOver, outOfTime } from "./deadline.ts";
import type { Landed, Leader, LeaderSender } from "./leader-producer.ts";
import { type NewRecord, splitBySize } from "./new-record.ts";

/** The protocol's code of an answer that leaves out a partition. */
const unknownError = -1;

/**
 * Sends to the partitions that one broker leads what the broker must reject. Every record fails: with CORRUPT_MESSAGE if the
 * broker would have appended a correct one. If one lands, nothing more is sent to any broker.
 */
export class DryLeader implements LeaderSender {
  readonly #connection: Connection;
  readonly #leader: Leader;
  readonly #deadline: Deadline;
  readonly #stop: AbortController;

  /**
   * @param deadline of each request: those that are under way still count when another one is the reason to stop
   * @param stop is aborted if a record lands
   */
  constructor(connection: Connection, leader: Leader, deadline: Deadline, stop: AbortController) {
    this.#connection = connection;
    this.#leader = leader;
    this.#deadline = deadline;
    this.#stop = stop;
  }

  async send(
    records: readonly NewRecord[],
    until: Deadline,
  ): Promise<ReadonlyMap<NewRecord, Landed | Error>> {
    const { id, address } = this.#leader;
    const what = `the answer of broker ${id} (${address})`;
    const outcomes = new Map<NewRecord, Landed | Error>();
    try {
      for (const batch of splitBySize(records)) {
        if (isOver(until)) throw outOfTime(until, what);
        const start = performance.now();
        const answers = await boundBy(this.#deadline, what, writeDry(this.#connection, address, batch));
        const acknowledgedMs = performance.now() - start;
        const byPlace = new Map(
          answers.map(({ topic, partition, outcome }) => [keyOf({ topic, partition }), outcome]),
        );
        for (const record of batch) {
          const outcome = byPlace.get(keyOf(record)) ?? toProtocolError(unknownError);
          const isAppended = typeof outcome === "bigint";
          outcomes.set(record, isAppended ? { offset: String(outcome), acknowledgedMs } : outcome);
          if (isAppended) this.#stop.abort();
        }
      }
    } catch (error) {
      if (!(error instanceof Error) || isUnexpected(error)) throw error;
      for (const record of records) if (!outcomes.has(record)) outcomes.set(record, error);
    }
    return outcomes;
  }

  /** Does nothing: each request has a connection of its own. */
  async disconnect(): Promise<void> {}
}
