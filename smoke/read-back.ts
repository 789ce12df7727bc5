import type { Kafka, KafkaMessage } from "kafkajs";
import type { SentRecord } from "./produce.ts";

/** What stood where a sent record landed. Only the record's own fields are compared; nobody else's are kept. */
export type Read = {
  readonly sent: SentRecord;
  /** From asking for it until it arrived, in ms. */
  readonly readMs: number;
  /** Absent when the record is the one that was sent, byte for byte. */
  readonly difference?: string;
};

/** A fetch that finds nothing waits this long, and so does the group's end. kafkajs's default is 5 s. */
const maxWaitTimeInMs = 100;

/**
 * Reads each record from the very offset where it landed, as one consumer group, which is gone afterwards.
 * @param group the group's id
 * @param timeoutMs for all of them
 * @returns those that came in time
 */
export async function readBack(
  kafka: Kafka,
  sent: readonly SentRecord[],
  { group, timeoutMs }: { group: string; timeoutMs: number },
): Promise<Read[]> {
  const awaited = new Map(sent.map((record) => [`${record.topic}:${record.partition}`, record]));
  const read: Read[] = [];
  const consumer = kafka.consumer({ groupId: group, maxWaitTimeInMs, allowAutoTopicCreation: false });
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  let asked = performance.now();

  consumer.on(consumer.events.GROUP_JOIN, () => {
    for (const { topic, partition, offset } of awaited.values()) consumer.seek({ topic, partition, offset });
    asked = performance.now();
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) reject(payload.error);
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...new Set(sent.map(({ topic }) => topic))] });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: async ({ batch }) => {
        const place = `${batch.topic}:${batch.partition}`;
        const record = awaited.get(place);
        const message = batch.messages.find(({ offset }) => offset === record?.offset);
        if (!record || !message) return;
        awaited.delete(place);
        consumer.pause([{ topic: batch.topic, partitions: [batch.partition] }]);
        const difference = compare(record, message);
        read.push({ sent: record, readMs: performance.now() - asked, ...(difference && { difference }) });
        if (awaited.size === 0) resolve();
      },
    });
    const timer = setTimeout(resolve, timeoutMs);
    await done.finally(() => clearTimeout(timer));
    return read;
  } finally {
    await consumer.disconnect();
    await deleteGroup(kafka, group);
  }
}

function compare(sent: SentRecord, message: KafkaMessage): string | undefined {
  if (message.key?.toString() !== sent.key) return "another record stands there";
  return message.value?.toString() === sent.value ? undefined : "its value is not the one that was sent";
}

async function deleteGroup(kafka: Kafka, group: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.deleteGroups([group]);
  } finally {
    await admin.disconnect();
  }
}
