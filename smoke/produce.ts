import type { IHeaders, Kafka, Producer, RecordMetadata, TopicMessages } from "kafkajs";
import type { JsonValue } from "../infra/topic.ts";
import { isolateFailures } from "./isolate-failures.ts";
import { boundBy, isOver, type Limit, outOfTime } from "./limit.ts";

/** A topic to write to. */
export type Target = {
  readonly topic: string;
  /** One record goes to each. The leader is told by its address, `host:port`. */
  readonly partitions: readonly { readonly partition: number; readonly leader: string }[];
  readonly sample?: JsonValue | undefined;
  /** Its records' keys stay until they are marked as deleted. */
  readonly compacted: boolean;
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
  readonly #kafka: Kafka;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #limit: Limit;
  #producer: Producer;
  /** What the last request took each broker, in ms, by its address: one carries the records of all topics. */
  readonly #requestMs = new Map<string, number>();

  /**
   * @param headers of every record
   * @param limit for the records
   */
  constructor(kafka: Kafka, headers: Readonly<Record<string, string>>, limit: Limit) {
    this.#kafka = kafka;
    this.#headers = headers;
    this.#limit = limit;
    this.#producer = this.#create();
  }

  #create(): Producer {
    // kafkajs would try an error that may pass again by itself, but without an end that fits the run's.
    const producer = this.#kafka.producer({ allowAutoTopicCreation: false, retry: { retries: 0 } });
    producer.on(producer.events.REQUEST, ({ payload: { apiName, broker, duration } }) => {
      if (apiName === "Produce") this.#requestMs.set(broker, duration);
    });
    return producer;
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
      const offsets = await this.#send(topics, this.#limit);
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
   * @param limit for this clean-up
   * @returns for each topic why it could not be done, if so
   */
  async sendTombstones(
    topics: readonly (readonly SentRecord[])[],
    limit: Limit,
  ): Promise<(Error | undefined)[]> {
    return isolateFailures(topics, async (some) => {
      const tombstones = some.map((records) => ({
        topic: records[0]?.topic ?? "",
        messages: records.map(({ partition, key, headers }) => ({ partition, key, value: null, headers })),
      }));
      await this.#send(tombstones, limit);
      return some.map(() => undefined);
    });
  }

  async disconnect(): Promise<void> {
    await this.#producer.disconnect();
  }

  /** @returns where the records landed, by `topic:partition` */
  async #send(topicMessages: TopicMessages[], limit: Limit): Promise<Map<string, string>> {
    const what = "the acknowledgement of all in-sync replicas";
    if (isOver(limit)) throw outOfTime(limit, what);
    const producer = this.#producer;
    try {
      await boundBy(limit, "the producer's connection", producer.connect());
      return offsetsOf(await boundBy(limit, what, producer.sendBatch({ acks: -1, topicMessages })));
    } catch (error) {
      // kafkajs goes on asking for the metadata of every topic it was ever given, and gives up on all when one
      // has no leader: only a new producer forgets.
      producer.disconnect().catch(() => {});
      this.#producer = this.#create();
      throw error;
    }
  }
}

/** The JSON that goes to each partition of a topic. */
export function recordValue({ topic, sample }: Target, partition: number): string {
  return JSON.stringify(sample === undefined ? { smoke: true, topic, partition } : sample);
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
