import { type Connection as BrokerConnection, metadataV9, ResponseError } from "@platformatic/kafka";
import { connectToBroker } from "./clients.ts";
import type { Connection } from "./connection.ts";

/** A partition as the cluster has it now; brokers are told by their ids. */
export type LivePartition = {
  readonly partition: number;
  /** -1: no broker leads it, so nothing can be written or read. */
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
};

/** A topic as the cluster has it now, its partitions in order. */
export type LiveTopic = {
  readonly name: string;
  /** One of Kafka's own, `__consumer_offsets` say. */
  readonly internal: boolean;
  readonly partitions: readonly LivePartition[];
};

type Metadata = Awaited<ReturnType<typeof metadataV9.api.async>>;

/**
 * Every topic that the principal may DESCRIBE, sorted by name, in one request whatever their number.
 * A topic without a leader is among them: kafkajs gives up on all topics when one has none.
 * @throws UnreachableError when no bootstrap server answers
 */
export async function readLiveTopics(connection: Connection): Promise<LiveTopic[]> {
  const { topics } = await readMetadata(connection, null);
  return topics
    .map(({ name, isInternal, partitions }) => ({
      name: name ?? "",
      internal: isInternal,
      partitions: partitions
        .map(({ partitionIndex, leaderId, replicaNodes, isrNodes }) => ({
          partition: partitionIndex,
          leader: leaderId,
          replicas: replicaNodes,
          inSyncReplicas: isrNodes,
        }))
        .sort((a, b) => a.partition - b.partition),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * The ids of the brokers that serve now.
 * @throws UnreachableError when no bootstrap server answers
 */
export async function readBrokers(connection: Connection): Promise<number[]> {
  const { brokers } = await readMetadata(connection, []);
  return brokers.map(({ nodeId }) => nodeId).sort((a, b) => a - b);
}

/** @param topics all of them when null */
async function readMetadata(connection: Connection, topics: [] | null): Promise<Metadata> {
  const broker = await connectToBroker(connection);
  try {
    return await askMetadata(broker, topics);
  } finally {
    await broker.close();
  }
}

async function askMetadata(broker: BrokerConnection, topics: [] | null): Promise<Metadata> {
  try {
    return await metadataV9.api.async(broker, topics, false, false, false);
  } catch (error) {
    // A partition without a leader makes the answer an error here, with the whole answer in it.
    if (error instanceof ResponseError && error.response?.topics) return error.response;
    throw error;
  }
}
