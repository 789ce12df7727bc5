import type { Kafka, KafkaMessage } from "kafkajs";
import { isolateFailures } from "./isolate-failures.ts";
import type { SentRecord } from "./produce.ts";

/** What became of one topic's records on their way back. */
export type ReadBack = {
  /** Those that came back as they were sent, byte for byte. */
  readonly read: readonly { readonly sent: SentRecord; readonly readMs: number }[];
  /** In words, what stood in the place of a record or why none came. */
  readonly failures: readonly string[];
};

/** A fetch that finds nothing waits this long, and so does the group's end. kafkajs's default is 5 s. */
const maxWaitTimeInMs = 100;

/**
 * Reads each record from the very offset where it landed, as one consumer group, which is gone afterwards.
 * @param sent the records of each topic
 * @param group the group's id
 * @param timeoutMs for all of them
 * @returns what became of each topic's records, in the order of `sent`
 */
export async function readBack(
  kafka: Kafka,
  sent: readonly (readonly SentRecord[])[],
  { group, timeoutMs }: { group: string; timeoutMs: number },
): Promise<ReadBack[]> {
  const deadline = performance.now() + timeoutMs;
  try {
    return await isolateFailures(
      sent,
      (some) => consume(kafka, some, group, deadline),
      (_, error) => ({ read: [], failures: [`not read: ${error.message}`] }),
    );
  } finally {
    await deleteGroup(kafka, group);
  }
}

/** @throws Error as soon as the consumer gives up on one of the topics, which ends it for all */
async function consume(
  kafka: Kafka,
  topics: readonly (readonly SentRecord[])[],
  group: string,
  deadline: number,
): Promise<ReadBack[]> {
  const awaited = new Map(topics.flat().map((record) => [`${record.topic}:${record.partition}`, record]));
  const outcomes = new Map<SentRecord, { readMs: number } | { failure: string }>();
  const consumer = kafka.consumer({
    groupId: group,
    maxWaitTimeInMs,
    allowAutoTopicCreation: false,
    retry: { restartOnFailure: async () => false },
  });
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, Math.max(0, deadline - performance.now()));
  let asked = performance.now();

  consumer.on(consumer.events.GROUP_JOIN, () => {
    for (const { topic, partition, offset } of awaited.values()) consumer.seek({ topic, partition, offset });
    asked = performance.now();
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: topics.flatMap(([first]) => first?.topic ?? []) });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: async ({ batch: { topic, partition, messages } }) => {
        const record = awaited.get(`${topic}:${partition}`);
        const message = messages.find(({ offset }) => offset === record?.offset);
        if (!record || !message) return;
        awaited.delete(`${topic}:${partition}`);
        consumer.pause([{ topic, partitions: [partition] }]);
        const failure = describeDifference(record, message);
        outcomes.set(record, failure ? { failure } : { readMs: performance.now() - asked });
        if (awaited.size === 0) resolve();
      },
    });
    await done;
  } finally {
    clearTimeout(timer);
    await consumer.disconnect();
  }
  return topics.map((records) => {
    const read: { sent: SentRecord; readMs: number }[] = [];
    const failures: string[] = [];
    for (const sent of records) {
      const outcome = outcomes.get(sent) ?? { failure: "written, but not read in time" };
      if ("readMs" in outcome) read.push({ sent, readMs: outcome.readMs });
      else failures.push(`partition ${sent.partition}, offset ${sent.offset}: ${outcome.failure}`);
    }
    return { read, failures };
  });
}

/** Says nothing of another's record but that it is one. */
export function describeDifference(
  sent: Pick<SentRecord, "key" | "value">,
  message: Pick<KafkaMessage, "key" | "value">,
): string | undefined {
  if (message.key?.toString() !== sent.key) return "another record stands there";
  return message.value?.toString() === sent.value ? undefined : "its value is not the one that was sent";
}

async function deleteGroup(kafka: Kafka, group: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.deleteGroups([group]);
  } catch (error) {
    // A join that failed has made no group.
    const { groups = [] } = error as { groups?: { error?: { type?: string } }[] };
    if (groups.some((failed) => failed.error?.type !== "GROUP_ID_NOT_FOUND") || groups.length === 0)
      throw error;
  } finally {
    await admin.disconnect();
  }
}
