import { describeLogDirsV2, listOffsetsV7 } from "@platformatic/kafka";
import { answerOf } from "./answer.ts";
import { askBroker } from "./broker.ts";
import type { Connection } from "./connection.ts";
import type { LiveCluster } from "./live-cluster.ts";
import type { LiveTopic } from "./topic.ts";

/** How much a topic is used, as far as this principal may read it. */
export type TopicUsage = {
  /** Its size on all brokers together. */
  bytes?: number;
  /** The timestamp of its newest record, in ms since 1970. */
  lastWriteMs?: number;
};

const [noReplica, readUncommitted, youngest, anyEpoch] = [-1, 0, -3n, -1];

/** Asks each broker once for the sizes and once for the newest records of topics. Values that it refuses are left out. */
export async function readUsage(
  connection: Connection,
  { addresses }: LiveCluster,
  topics: readonly LiveTopic[],
): Promise<Map<string, TopicUsage>> {
  const usage = new Map<string, TopicUsage>(topics.map(({ name }) => [name, {}]));
  if (topics.length === 0) return usage;
  await Promise.all(
    [...addresses].map(async ([id, address]) => {
      const broker = { ...connection, bootstrapServers: [address] };
      const refused = () => undefined;
      await readSizes(broker, topics, usage).catch(refused);
      await readLastWrites(broker, id, topics, usage).catch(refused);
    }),
  );
  return usage;
}

async function readSizes(
  broker: Connection,
  topics: readonly LiveTopic[],
  usage: Map<string, TopicUsage>,
): Promise<void> {
  const asked = topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partition }) => partition),
  }));
  const { results } = await askBroker(broker, (one) => answerOf(describeLogDirsV2.api.async(one, asked)));
  for (const { name, partitions } of results.flatMap(({ topics }) => topics)) {
    const entry = usage.get(name);
    const bytes = partitions.reduce((total, { partitionSize }) => total + Number(partitionSize), 0);
    if (entry) entry.bytes = (entry.bytes ?? 0) + bytes;
  }
}

async function readLastWrites(
  broker: Connection,
  id: number,
  topics: readonly LiveTopic[],
  usage: Map<string, TopicUsage>,
): Promise<void> {
  const asked = topics
    .map(({ name, partitions }) => ({
      name,
      partitions: partitions
        .filter(({ leader }) => leader === id)
        .map(({ partition }) => ({
          partitionIndex: partition,
          currentLeaderEpoch: anyEpoch,
          timestamp: youngest,
        })),
    }))
    .filter(({ partitions }) => partitions.length > 0);
  if (asked.length === 0) return;
  const answer = await askBroker(broker, (one) =>
    answerOf(listOffsetsV7.api.async(one, noReplica, readUncommitted, asked)),
  );
  for (const { name, partitions } of answer.topics) {
    const entry = usage.get(name);
    // The timestamp of an empty partition is -1.
    const last = Math.max(...partitions.map(({ timestamp }) => Number(timestamp)));
    if (entry && last >= 0) entry.lastWriteMs = Math.max(entry.lastWriteMs ?? 0, last);
  }
}
