import type { Consumer, Kafka, KafkaMessage } from "kafkajs";
import { isolateFailures, patienceMs } from "./isolate-failures.ts";
import { boundBy, isOver, type Limit, OutOfTimeError } from "./limit.ts";
import type { SentRecord } from "./produce.ts";

/** What became of one record on its way back. */
export type ReadRecord = {
  readonly sent: SentRecord;
  /** From asking for it until it arrived, in ms; absent when it did not come back as it was sent. */
  readonly readMs?: number;
  /** In words, why not. */
  readonly failure?: string;
};

/** A fetch that finds nothing waits this long, and so does the group's end. kafkajs's default is 5 s. */
const maxWaitTimeInMs = 100;

/** A consumer whose broker hangs is not waited for any longer. */
const leaveMs = 1_000;

/** A member that could not say that it leaves keeps the group for this long; brokers take no less. */
const sessionTimeoutMs = 6_000;

/**
 * Reads each record from the very offset where it landed, as one consumer group.
 * @param sent the records of each topic
 * @param group the group's id; `deleteGroup` removes it
 * @returns what became of each topic's records, or the error that kept them all from being read
 */
export async function readBack(
  kafka: Kafka,
  sent: readonly (readonly SentRecord[])[],
  group: string,
  limit: Limit,
): Promise<(ReadRecord[] | Error)[]> {
  const outcomes = new Map<SentRecord, ReadRecord>();
  return isolateFailures(
    sent,
    (some) => consume(kafka, some, group, limit, outcomes),
    performance.now() + patienceMs,
    // A group that may not be joined may not be joined for fewer topics either.
    (error) =>
      /GROUP_AUTHORIZATION|GroupCoordinatorNotFound/.test(
        `${error.name} ${(error as { type?: string }).type}`,
      ),
  );
}

/**
 * @param outcomes of the records that an earlier try has read, to which this one adds its own
 * @throws Error as soon as the consumer gives up on one of the topics, which ends it for all
 */
async function consume(
  kafka: Kafka,
  topics: readonly (readonly SentRecord[])[],
  group: string,
  limit: Limit,
  outcomes: Map<SentRecord, ReadRecord>,
): Promise<ReadRecord[][]> {
  const report = () => {
    const late = "written, but not seen in time";
    return topics.map((records) => records.map((sent) => outcomes.get(sent) ?? { sent, failure: late }));
  };
  const missing = topics.flat().filter((record) => !outcomes.has(record));
  const awaited = new Map(missing.map((record) => [`${record.topic}:${record.partition}`, record]));
  if (awaited.size === 0 || isOver(limit)) return report();
  const consumer = kafka.consumer({
    groupId: group,
    sessionTimeout: sessionTimeoutMs,
    maxWaitTimeInMs,
    allowAutoTopicCreation: false,
    retry: { restartOnFailure: async () => false },
  });
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  let asked: number | undefined;

  consumer.on(consumer.events.GROUP_JOIN, () => {
    for (const { topic, partition, offset } of awaited.values()) consumer.seek({ topic, partition, offset });
    asked = performance.now();
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  const start = async () => {
    await consumer.connect();
    await consumer.subscribe({ topics: [...new Set(missing.map(({ topic }) => topic))] });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: async ({ batch: { topic, partition, messages } }) => {
        const sent = awaited.get(`${topic}:${partition}`);
        if (!sent) return;
        const message = messages.find(({ offset }) => offset === sent.offset);
        const isPast = messages.some(({ offset }) => BigInt(offset) > BigInt(sent.offset));
        if (!message && !isPast) return;
        awaited.delete(`${topic}:${partition}`);
        consumer.pause([{ topic, partitions: [partition] }]);
        const failure = message ? describeDifference(sent, message) : "it is no longer there";
        const readMs = performance.now() - (asked ?? 0);
        outcomes.set(sent, failure ? { sent, failure } : { sent, readMs });
        if (awaited.size === 0) resolve();
      },
    });
    await done;
  };
  try {
    await boundBy(limit, "the consumer group's records", start());
  } catch (error) {
    // What came before the end counts; a group that nobody could join has a reason of its own.
    if (!(error instanceof OutOfTimeError) || asked === undefined) throw error;
  } finally {
    await leave(consumer);
  }
  return report();
}

async function leave(consumer: Consumer): Promise<void> {
  const soon = { deadline: performance.now() + leaveMs };
  await boundBy(soon, "the consumer's end", consumer.disconnect()).catch(() => {});
}

/** Says nothing of another's record but that it is one. */
export function describeDifference(
  sent: Pick<SentRecord, "key" | "value" | "headers">,
  { key, value, headers }: Pick<KafkaMessage, "key" | "value" | "headers">,
): string | undefined {
  const own = headers?.["smoke-run"]?.toString() === sent.headers["smoke-run"];
  if (!own) return "another record stands there";
  const seen = Object.fromEntries(Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)]));
  if (key?.toString() !== sent.key) return "its key is not the one that was sent";
  if (value?.toString() !== sent.value) return "its value is not the one that was sent";
  return JSON.stringify(seen) === JSON.stringify(sent.headers)
    ? undefined
    : "its headers are not those that were sent";
}
