import { setTimeout as wait } from "node:timers/promises";
import type { Connection } from "../../kafka/connection.ts";
import { type KeyedRecord, PartitionProducer } from "../../kafka/partition-producer.ts";
import type { TopicSpec } from "../../kafka/topic.ts";
import { valuesOf } from "../../smoke/produce.ts";
import { keyOf, type Ledger, type Place } from "./ledger.ts";

/** Records of one batch, and the pause between two batches of a partition. */
const batchRecords = 2;
const [intervalMs, retryMs] = [100, 100];
/** Of one attempt. A leader that moves ends an attempt earlier. */
const attemptTimeoutMs = 5_000;

const keyPrefix = "drill-";

/** The number of a record in its partition, which its key tells; undefined for a record of somebody else. */
export function sequenceOf(key: Buffer | null): number | undefined {
  const digits = /^drill-(\d+)$/.exec(key?.toString() ?? "")?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** A partition with the value of each of its records. */
export type LoadedPartition = Place & { readonly value: Buffer };

/** Every partition of a topic. Its records are the topic's sample, as in the smoke suite. */
export function partitionsOf({ name, partitions, sample }: TopicSpec): LoadedPartition[] {
  const valueTo = valuesOf({ topic: name, sample });
  return Array.from({ length: partitions }, (_, partition) => ({
    topic: name,
    partition,
    value: Buffer.from(valueTo(partition)),
  }));
}

/**
 * Records that flow to every partition, each partition by its own producer: one that waits for its replicas holds up no
 * other. A batch is sent until it is acknowledged, and only then the next one.
 */
export class Load {
  readonly #producers = new Map<string, PartitionProducer>();
  readonly #partitions: readonly LoadedPartition[];
  readonly #ledger: Ledger;
  readonly #leaderAddress: (place: Place) => string | undefined;
  readonly #sending = new Set<string>();
  #isPaused = false;
  #isOver = false;

  /** @param leaderAddress where the leader of a partition is reached now, if it has one */
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
          // Not all in the same moment.
          await wait((at * intervalMs) / this.#partitions.length);
          while (!this.#isOver) await Promise.all([this.#sendUnlessPaused(partition), wait(intervalMs)]);
        }),
      );
    } finally {
      await Promise.all([...this.#producers.values()].map((producer) => producer.disconnect()));
    }
  }

  /** Whether no record is on its way. */
  get isIdle(): boolean {
    return this.#sending.size === 0;
  }

  /** Sends no new record. Those on their way are sent until they are acknowledged. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
  }

  /** Lets each partition finish its attempt. */
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
