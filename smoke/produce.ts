import type { Kafka, RecordMetadata, TopicMessages } from "kafkajs";
import type { JsonValue } from "../infra/topic.ts";
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
  readonly acknowledgedMs: number;
};

/** What became of one topic's records: all of them sent, or the reason why not. */
export type Produced = { readonly sent: SentRecord[] } | { readonly failure: string };

/**
 * Sends one JSON record to every partition of every target, acknowledged by all in-sync replicas.
 * @param run marks the records, in the header `smoke-run`, so that consumers can pass them over
 * @returns what became of each target, by topic
 */
export async function produceRecords(
  kafka: Kafka,
  targets: readonly Target[],
  run: string,
): Promise<Map<string, Produced>> {
  // A retry sends the whole request of a broker again, the records that it has already taken among them.
  // So a batch gets one try; a topic that is left alone gets kafkajs's five.
  const hasty = kafka.producer({ allowAutoTopicCreation: false, retry: { retries: 0 } });
  const patient = kafka.producer({ allowAutoTopicCreation: false });
  const send = async (some: readonly Target[]) => {
    const producer = some.length > 1 ? hasty : patient;
    await producer.connect();
    const start = performance.now();
    const topicMessages = some.map((target) => messagesFor(target, run));
    const metadata = await producer.sendBatch({ acks: -1, topicMessages });
    const acknowledgedMs = performance.now() - start;
    return topicMessages.map((messages) => matchAcknowledgements(messages, metadata, acknowledgedMs));
  };
  try {
    const produced = await isolateFailures(targets, send, (_, error) => ({
      failure: `not written: ${error.message}`,
    }));
    return new Map(targets.map(({ topic }, index) => [topic, produced[index] as Produced]));
  } finally {
    await Promise.all([hasty.disconnect(), patient.disconnect()]);
  }
}

function messagesFor({ topic, partitions, sample }: Target, run: string): TopicMessages {
  const messages = partitions.map((partition) => ({
    partition,
    // A compacted topic takes no record without a key, and keeps one for each key.
    key: `smoke-${partition}`,
    value: JSON.stringify(sample ?? { smoke: true, topic, partition }),
    headers: { "smoke-run": run },
  }));
  return { topic, messages };
}

/** kafkajs can resolve without having sent a record: it counts as sent only when the broker names its offset. */
function matchAcknowledgements(
  { topic, messages }: TopicMessages,
  metadata: readonly RecordMetadata[],
  acknowledgedMs: number,
): Produced {
  const offsets = new Map(
    metadata
      .filter((record) => record.topicName === topic && record.errorCode === 0)
      .map(({ partition, baseOffset }) => [partition, baseOffset]),
  );
  const sent: SentRecord[] = [];
  for (const { partition = -1, key, value } of messages) {
    const offset = offsets.get(partition);
    if (offset === undefined)
      return { failure: `the broker did not acknowledge the record to partition ${partition}` };
    sent.push({ topic, partition, offset, key: String(key), value: String(value), acknowledgedMs });
  }
  return { sent };
}
