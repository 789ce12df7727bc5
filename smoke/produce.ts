import type { IHeaders, Kafka, Producer, RecordMetadata, TopicMessages } from "kafkajs";
import type { JsonValue } from "../infra/topic.ts";
import { boundBy } from "./bound.ts";
import { isolateFailures } from "./isolate-failures.ts";

/** A topic to write to. */
export type Target = {
  readonly topic: string;
  /** One record goes to each. */
  readonly partitions: readonly number[];
  readonly sample?: JsonValue | undefined;
};

/** A record that all in-sync replicas have. */
export type SentRecord = {
  readonly topic: string;
  readonly partition: number;
  /** Where it landed. */
  readonly offset: string;
  readonly key: string;
  /** JSON. */
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly acknowledgedMs: number;
};

/** A record that kafkajs says nothing of, as when a broker goes away in the middle of a request. */
class UnacknowledgedError extends Error {
  override readonly name = "UnacknowledgedError";
  /** As kafkajs marks its own. */
  readonly retriable = true;

  constructor(topic: string, partition: number) {
    super(`the brokers did not acknowledge the record to partition ${partition} of ${topic}`);
  }
}

/** Sends the records of a run, acknowledged by all in-sync replicas. The caller disconnects it. */
export class RecordProducer {
  readonly #producer: Producer;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #deadline: number;

  /**
   * @param headers of every record
   * @param deadline as `performance.now()` tells time, in ms
   */
  constructor(kafka: Kafka, headers: Readonly<Record<string, string>>, deadline: number) {
    // kafkajs would try an error that may pass again by itself, but without an end that fits the run's.
    this.#producer = kafka.producer({ allowAutoTopicCreation: false, retry: { retries: 0 } });
    this.#headers = headers;
    this.#deadline = deadline;
  }

  /**
   * Sends one JSON record to every partition of every target.
   * @returns each target's records, or why they could not be written, in the order of the targets
   */
  async sendRecords(targets: readonly Target[]): Promise<(SentRecord[] | Error)[]> {
    return isolateFailures(targets, (some) =>
      this.#send(some.map((target) => messagesFor(target, this.#headers))),
    );
  }

  /** Marks the keys of a compacted topic's records as deleted, so that compaction leaves nothing of them. */
  async sendTombstones(topics: readonly (readonly SentRecord[])[]): Promise<(SentRecord[] | Error)[]> {
    return isolateFailures(topics, (some) =>
      this.#send(
        some.map((records) => ({
          topic: records[0]?.topic ?? "",
          messages: records.map(({ partition, key }) => ({
            partition,
            key,
            value: null,
            headers: this.#headers,
          })),
        })),
      ),
    );
  }

  async disconnect(): Promise<void> {
    await this.#producer.disconnect();
  }

  async #send(topicMessages: TopicMessages[]): Promise<SentRecord[][]> {
    await boundBy(this.#deadline, "the producer's connection", this.#producer.connect());
    const start = performance.now();
    const sending = this.#producer.sendBatch({ acks: -1, topicMessages });
    const metadata = await boundBy(this.#deadline, "the acknowledgement of all in-sync replicas", sending);
    const acknowledgedMs = performance.now() - start;
    const offsets = offsetsOf(metadata);
    return topicMessages.map(({ topic, messages }) =>
      messages.map(({ partition = 0, key, value, headers }) => {
        const offset = offsets.get(`${topic}:${partition}`);
        // kafkajs can resolve without having sent a record.
        if (offset === undefined) throw new UnacknowledgedError(topic, partition);
        const sent = { key: String(key), value: String(value), headers: headers as Record<string, string> };
        return { topic, partition, offset, ...sent, acknowledgedMs };
      }),
    );
  }
}

/** The JSON that goes to each partition of a topic. */
export function recordValue({ topic, sample }: Target, partition: number): string {
  return JSON.stringify(sample ?? { smoke: true, topic, partition });
}

function messagesFor(target: Target, headers: IHeaders): TopicMessages {
  const messages = target.partitions.map((partition) => ({
    partition,
    // A compacted topic takes no record without a key, and keeps one for each key.
    key: `smoke-${partition}`,
    value: recordValue(target, partition),
    headers,
  }));
  return { topic: target.topic, messages };
}

function offsetsOf(metadata: readonly RecordMetadata[]): Map<string, string> {
  return new Map(
    metadata.flatMap(({ topicName, partition, errorCode, baseOffset }) =>
      errorCode === 0 && baseOffset !== undefined ? [[`${topicName}:${partition}`, baseOffset]] : [],
    ),
  );
}
