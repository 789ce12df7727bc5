import { keyOf, type Place } from "../../kafka/place.ts";

/**
 * Records with consecutive sequence numbers that the broker acknowledged together. Times are in `performance.now()`
 * milliseconds.
 */
export type AcknowledgedBatch = {
  readonly sequence: number;
  readonly records: number;
  /** The first record's offset, as the broker returned it. */
  readonly offset: bigint;
  readonly sentAt: number;
  readonly acknowledgedAt: number;
};

/** An attempt that the broker did not acknowledge; the same records are sent again. */
export type RefusedAttempt = { readonly at: number; readonly reason: string };

/** What happened to the records of one partition, in the order of their sequence numbers. */
export type PartitionLedger = Place & {
  readonly acknowledged: readonly AcknowledgedBatch[];
  readonly refused: readonly RefusedAttempt[];
  /** The first sequence number that has not been sent yet. */
  readonly nextSequence: number;
};

/** Keeps track of every record that is sent: a record is acknowledged when the broker returns its offset. */
export class Ledger {
  readonly #partitions = new Map<string, Entry>();

  /** Reserves the next sequence numbers of a partition. @returns the first of them */
  send(place: Place, records: number): number {
    const entry = this.#entryOf(place);
    const sequence = entry.nextSequence;
    entry.nextSequence += records;
    return sequence;
  }

  acknowledge(place: Place, batch: AcknowledgedBatch): void {
    this.#entryOf(place).acknowledged.push(batch);
  }

  refuse(place: Place, attempt: RefusedAttempt): void {
    this.#entryOf(place).refused.push(attempt);
  }

  /** How many partitions have acknowledged a record. */
  get begunPartitions(): number {
    return [...this.#partitions.values()].filter(({ acknowledged }) => acknowledged.length > 0).length;
  }

  /** Returns a snapshot, which later entries do not change. */
  read(): PartitionLedger[] {
    return [...this.#partitions.values()].map(({ acknowledged, refused, ...entry }) => ({
      ...entry,
      acknowledged: [...acknowledged],
      refused: [...refused],
    }));
  }

  #entryOf({ topic, partition }: Place): Entry {
    const key = keyOf({ topic, partition });
    const known = this.#partitions.get(key);
    if (known) return known;
    const entry: Entry = { topic, partition, acknowledged: [], refused: [], nextSequence: 0 };
    this.#partitions.set(key, entry);
    return entry;
  }
}

type Entry = Place & { acknowledged: AcknowledgedBatch[]; refused: RefusedAttempt[]; nextSequence: number };
