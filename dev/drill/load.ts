import { setTimeout as wait } from "node:timers/promises";
import type { Connection } from "../../kafka/connection.ts";
import { type KeyedRecord, PartitionProducer } from "../../kafka/partition-producer.ts";
import { keyOf, type Place } from "../../kafka/place.ts";
import type { TopicSpec } from "../../kafka/topic.ts";
import { valuesOf } from "../../smoke/produce.ts";
import type { Ledger } from "./ledger.ts";

/** How many records a batch has, and how long a partition pauses between two batches. */
const batchRecords = 2;
const [intervalMs, retryMs] = [100, 100];
/** For one attempt. A change of the leader ends an attempt earlier. */
const attemptTimeoutMs = 5_000;

const keyPrefix = "drill-";

/** A record's sequence number in its partition, from its key; undefined if the record is not the drill's. */
export function sequenceOf(key: Buffer | null): number | undefined {
  const digits = /^drill-(\d+)$/.exec(key?.toString() ?? "")?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** A partition, with the value of each record that it gets. */
export type LoadedPartition = Place & { readonly value: Buffer };

/** Lists every partition of a topic. Its records contain the topic's sample, as in the smoke suite. */
export function partitionsOf({ name, partitions, sample }: TopicSpec): LoadedPartition[] {
  const valueTo = valuesOf({ topic: name, sample });
  return Array.from({ length: partitions }, (_, partition) => ({
    topic: name,
    partition,
    value: Buffer.from(valueTo(partition)),
  }));
}

/**
 * Sends records to every partition, each with its own producer, so that a partition that waits for its replicas does
 * not delay the others. A batch is sent until it is acknowledged; only then is the next one sent.
 */
export class Load {
  readonly #producers = new Map<string, PartitionProducer>();
  readonly #partitions: readonly LoadedPartition[];
  readonly #ledger: Ledger;
  readonly #leaderAddress: (place: Place) => string | undefined;
  readonly #sending = new Set<string>();
  #isPaused = false;
  #isOver = false;

  /** @param leaderAddress returns the address of a partition's current leader, if it has one */
  constructor(
    connection: Connection,
    partitions: readonly LoadedPartition[],
    ledger: Ledger,
    leaderAddress: (place: Place) => string | undefined,
  ) {
    this.#partitions = partitions;
    this.#ledger = ledger;
    this.#leaderAddress = leaderAddress;
    const patient = { ...connection, timeoutMs: attemptTimeoutMs };
    for (const { topic, partition } of partitions)
      this.#producers.set(keyOf({ topic, partition }), new PartitionProducer(patient, topic, partition));
  }

  /** Sends until `stop` is called. */
  async run(): Promise<void> {
    try {
      await Promise.all(
        this.#partitions.map(async (partition, at) => {
          // Spreads the partitions over the interval.
          await wait((at * intervalMs) / this.#partitions.length);
          while (!this.#isOver) await Promise.all([this.#sendUnlessPaused(partition), wait(intervalMs)]);
        }),
      );
    } finally {
      await Promise.all([...this.#producers.values()].map((producer) => producer.disconnect()));
    }
  }

  /** Whether no record is in flight. */
  get isIdle(): boolean {
    return this.#sending.size === 0;
  }

  /** Sends no new records. Those in flight are sent until they are acknowledged. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
  }

  /** Stops after each partition's current attempt. */
  stop(): void {
    this.#isOver = true;
  }

  /** Ends an attempt that waits for the answer of a former leader. */
  abandonAttempt(place: Place): void {
    this.#producers
      .get(keyOf(place))
      ?.disconnect()
      .catch(() => {});
  }

  async #sendUnlessPaused(place: LoadedPartition): Promise<void> {
    if (this.#isPaused) return;
    this.#sending.add(keyOf(place));
    await this.#sendBatch(place);
    this.#sending.delete(keyOf(place));
  }

  async #sendBatch(place: LoadedPartition): Promise<void> {
    const sequence = this.#ledger.send(place, batchRecords);
    const records: KeyedRecord[] = Array.from({ length: batchRecords }, (_, at) => ({
      key: Buffer.from(`${keyPrefix}${sequence + at}`),
      value: place.value,
    }));
    const producer = this.#producers.get(keyOf(place));
    while (producer) {
      const address = this.#leaderAddress(place);
      const sentAt = performance.now();
      const attempt = address ? await producer.send(address, records) : { refusal: "LEADER_NOT_AVAILABLE" };
      const at = performance.now();
      if ("offset" in attempt) {
        const batch = { sequence, records: batchRecords, offset: attempt.offset, sentAt, acknowledgedAt: at };
        return this.#ledger.acknowledge(place, batch);
      }
      this.#ledger.refuse(place, { at, reason: attempt.refusal });
      if (this.#isOver) return;
      await wait(retryMs);
    }
  }
}
