import type { Connection } from "../kafka/connection.ts";
import { keyOf } from "../kafka/place.ts";
import { toProtocolError, unknownError } from "../kafka/protocol-error.ts";
import type { LeaderAnswer } from "../kafka/write-records.ts";
import { isUnexpected } from "../machine/command.ts";
import { boundBy, type Deadline, isOver, outOfTime } from "./deadline.ts";
import type { Landed, Leader, LeaderSender } from "./leader-producer.ts";
import { type NewRecord, splitBySize } from "./new-record.ts";

/** Sends one request to a leader. */
type Write = (
  connection: Connection,
  address: string,
  records: readonly NewRecord[],
) => Promise<LeaderAnswer[]>;

/**
 * Sends records to the partitions that one broker leads in single requests, whose answers are kept for each partition. A
 * producer of kafkajs refuses a whole topic while one of its partitions has no leader.
 */
export class PlainLeader implements LeaderSender {
  readonly #connection: Connection;
  readonly #leader: Leader;
  readonly #write: Write;
  readonly #deadline: Deadline | undefined;
  readonly #onLanded: () => void;

  /**
   * @param write sends a request
   * @param deadline of each request, by default that of `send`; with a later one, requests count that are in progress when
   *   sending stops
   * @param onLanded called for each record that lands
   */
  constructor(
    connection: Connection,
    leader: Leader,
    {
      write,
      deadline,
      onLanded = () => {},
    }: { write: Write; deadline?: Deadline | undefined; onLanded?: () => void },
  ) {
    this.#connection = connection;
    this.#leader = leader;
    this.#write = write;
    this.#deadline = deadline;
    this.#onLanded = onLanded;
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
        const writing = this.#write(this.#connection, address, batch);
        const answers = await boundBy(this.#deadline ?? until, what, writing);
        const acknowledgedMs = performance.now() - start;
        const byPlace = new Map(answers.map((answer) => [keyOf(answer), answer.outcome]));
        for (const record of batch) {
          const outcome = byPlace.get(keyOf(record)) ?? toProtocolError(unknownError);
          const isLanded = typeof outcome === "bigint";
          outcomes.set(record, isLanded ? { offset: String(outcome), acknowledgedMs } : outcome);
          if (isLanded) this.#onLanded();
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
