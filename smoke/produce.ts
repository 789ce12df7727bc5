import type { IHeaders, Kafka, Producer, RecordMetadata, TopicMessages } from "kafkajs";
import type { JsonValue } from "../infra/topic.ts";
import { boundBy } from "./bound.ts";
import { isolateFailures } from "./isolate-failures.ts";

/** A topic to write to. */
export type Target = {
  readonly topic: string;
  /** One record goes to each. The leader is told by its address, `host:port`. */
  readonly partitions: readonly { readonly partition: number; readonly leader: string }[];
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
  /** What the request with the record took the partition's leader, until all in-sync replicas had it. */
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
  /** What the last request took each broker, in ms, by its address: one carries the records of all topics. */
  readonly #requestMs = new Map<string, number>();
  readonly #headers: Readonly<Record<string, string>>;
  readonly #deadline: number;

  /**
   * @param headers of every record
   * @param deadline as `performance.now()` tells time, in ms
   */
  constructor(kafka: Kafka, headers: Readonly<Record<string, string>>, deadline: number) {
    // kafkajs would try an error that may pass again by itself, but without an end that fits the run's.
    this.#producer = kafka.producer({ allowAutoTopicCreation: false, retry: { retries: 0 } });
    this.#producer.on(this.#producer.events.REQUEST, ({ payload: { apiName, broker, duration } }) => {
      if (apiName === "Produce") this.#requestMs.set(broker, duration);
    });
    this.#headers = headers;
    this.#deadline = deadline;
  }

  /**
   * Sends one JSON record to every partition of every target.
   * @returns each target's records, or why they could not be written, in the order of the targets
   */
  async sendRecords(targets: readonly Target[]): Promise<(SentRecord[] | Error)[]> {
    const leaders = new Map<string, string>(
      targets.flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, leader }) => [`${topic}:${partition}`, leader] as const),
      ),
    );
    return isolateFailures(targets, async (some) => {
      const start = performance.now();
      const topics = some.map((target) => messagesFor(target, this.#headers));
      const offsets = await this.#send(topics);
      const wholeMs = performance.now() - start;
      return topics.map(({ topic, messages }) =>
        messages.map(({ partition = 0, key, value }) => {
          const place = `${topic}:${partition}`;
          const offset = offsets.get(place);
          // kafkajs can resolve without having sent a record.
          if (offset === undefined) throw new UnacknowledgedError(topic, partition);
          // A leader that has moved meanwhile is not the one that was asked.
          const acknowledgedMs = this.#requestMs.get(leaders.get(place) ?? "") ?? wholeMs;
          const sent = { key: String(key), value: String(value), headers: this.#headers };
          return { topic, partition, offset, ...sent, acknowledgedMs };
        }),
      );
    });
  }

  /**
   * Marks the keys of a compacted topic's records as deleted, so that compaction leaves nothing of them.
   * @returns for each topic why it could not be done, if so
   */
  async sendTombstones(topics: readonly (readonly SentRecord[])[]): Promise<(Error | undefined)[]> {
    return isolateFailures(topics, async (some) => {
      const tombstones = some.map((records) => ({
        topic: records[0]?.topic ?? "",
        messages: records.map(({ partition, key, headers }) => ({ partition, key, value: null, headers })),
      }));
      await this.#send(tombstones);
      return some.map(() => undefined);
    });
  }

  async disconnect(): Promise<void> {
    await this.#producer.disconnect();
  }

  /** @returns where the records landed, by `topic:partition` */
  async #send(topicMessages: TopicMessages[]): Promise<Map<string, string>> {
    await boundBy(this.#deadline, "the producer's connection", this.#producer.connect());
    const sending = this.#producer.sendBatch({ acks: -1, topicMessages });
    return offsetsOf(await boundBy(this.#deadline, "the acknowledgement of all in-sync replicas", sending));
  }
}

/** The JSON that goes to each partition of a topic. */
export function recordValue({ topic, sample }: Target, partition: number): string {
  return JSON.stringify(sample ?? { smoke: true, topic, partition });
}

function messagesFor(target: Target, headers: IHeaders): TopicMessages {
  const messages = target.partitions.map(({ partition }) => ({
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
