// The usual smoke test: for each topic in turn, a consumer with its own group waits for a record from each partition.
// Prints the time from the first connection on, without Node's own start-up.
//
// node group-per-topic.ts SERVERS PREFIX
import { randomUUID } from "node:crypto";
import { createKafka } from "../../../kafka/kafkajs.ts";
import { readLiveCluster } from "../../../kafka/live-cluster.ts";

/** By default kafkajs waits 5 s, and so does each disconnect: every topic would take 5 s. */
const maxWaitTimeInMs = 100;

const [servers = "", prefix = ""] = process.argv.slice(2);
const connection = { bootstrapServers: servers.split(","), timeoutMs: 60_000 };
const kafka = createKafka(connection);

const start = performance.now();
const { topics } = await readLiveCluster(connection);
const producer = kafka.producer({ allowAutoTopicCreation: false });
await producer.connect();
for (const { name, partitions } of topics)
  if (name.startsWith(prefix)) await checkTopic(name, partitions.length);
await producer.disconnect();
process.stdout.write(`${JSON.stringify({ durationMs: performance.now() - start })}\n`);

async function checkTopic(topic: string, partitions: number): Promise<void> {
  const run = randomUUID();
  const consumer = kafka.consumer({
    groupId: `smoke-${run}`,
    maxWaitTimeInMs,
    allowAutoTopicCreation: false,
  });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const missing = new Set(Array.from({ length: partitions }, (_, partition) => partition));
  const { promise: complete, resolve, reject } = Promise.withResolvers<void>();
  consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  await consumer.run({
    eachMessage: async ({ partition, message }) => {
      if (message.value?.toString() === run) missing.delete(partition);
      if (missing.size === 0) resolve();
    },
  });
  await producer.send({
    topic,
    acks: -1,
    messages: [...missing].map((partition) => ({ partition, value: run })),
  });
  await complete;
  await consumer.disconnect();
}
