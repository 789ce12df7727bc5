import { randomBytes, randomUUID } from "node:crypto";
import type { Message } from "kafkajs";
import { expect } from "vitest";
import { createKafka } from "../../kafka/kafkajs.ts";
import { testConnection } from "../shared-cluster.ts";

/** Produces records one request at a time, so that each is a batch of its own. */
export async function produceRecords(topic: string, messages: readonly Message[]): Promise<void> {
  const producer = createKafka(testConnection()).producer();
  await producer.connect();
  for (const message of messages) await producer.send({ topic, messages: [message] });
  await producer.disconnect();
}

/**
 * Produces records of all kinds to the first four partitions: binary, empty and large records, tombstones, and the
 * records of a committed and of an aborted transaction.
 * @returns how many of them a consumer reads
 */
export async function produceOddRecords(topic: string): Promise<number> {
  const headers = { trace: Buffer.from([0, 255, 10, 9]), many: ["1", "2"], empty: "" };
  const large = (bytes: number) => ({ key: "large", value: randomBytes(bytes), partition: 2 });
  const messages: Message[] = [
    { key: "binary", value: Buffer.from([0, 255, 10, 9]), headers, partition: 0 },
    { key: "old", value: "{}", timestamp: String(Date.now() - 3_600_000), partition: 0 },
    { key: "tombstone", value: null, headers, partition: 0 },
    { value: "without a key", partition: 1 },
    { key: "", value: "", partition: 1 },
    ...[400_000, 400_000, 400_000, 1_000_000].map(large),
  ];
  await produceRecords(topic, messages);

  const settings = { transactionalId: randomUUID(), maxInFlightRequests: 1, idempotent: true };
  const producer = createKafka(testConnection()).producer(settings);
  await producer.connect();
  for (const end of ["commit", "abort"] as const) {
    const transaction = await producer.transaction();
    // The marker that ends the transaction takes one more offset.
    await transaction.send({ topic, messages: [{ key: end, value: "{}", partition: 3 }] });
    await transaction[end]();
  }
  await producer.disconnect();
  const committed = 1;
  return messages.length + committed;
}

/** Reads the records of a topic by partition, in order, once there are as many as expected. */
export async function readRecords(topic: string, count: number) {
  const consumer = createKafka(testConnection()).consumer({ groupId: randomUUID(), maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const records: (Pick<Message, "key" | "value" | "headers"> & { partition: number; timestamp: string })[] =
    [];
  await consumer.run({
    eachMessage: async ({ partition, message: { key, value, headers = {}, timestamp } }) => {
      records.push({ partition, key, value, headers, timestamp });
    },
  });
  await expect.poll(() => records.length, { timeout: 30_000 }).toBe(count);
  await consumer.disconnect();
  return Map.groupBy(records, ({ partition }) => partition);
}

/** Reads the offset at each partition of a topic: the consumer group's, or without a group the end offset. */
export async function readPositions(topic: string, groupId?: string): Promise<Map<number, string>> {
  const admin = createKafka(testConnection()).admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  const [group] = groupId === undefined ? [] : await admin.fetchOffsets({ groupId, topics: [topic] });
  await admin.disconnect();
  return new Map((group?.partitions ?? ends).map(({ partition, offset }) => [partition, offset]));
}

/** Deletes all consumer groups of the worker's cluster. */
export async function deleteGroups(): Promise<void> {
  const admin = createKafka(testConnection()).admin();
  await admin.connect();
  const { groups } = await admin.listGroups();
  await admin.deleteGroups(groups.map(({ groupId }) => groupId));
  await admin.disconnect();
}
