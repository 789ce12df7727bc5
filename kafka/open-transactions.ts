import { describeProducersV0 } from "@platformatic/kafka";
import { answerOf } from "./answer.ts";
import { askBroker, type Broker, isBrokerError } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { fetchRecords } from "./fetch.ts";
import type { LiveCluster } from "./live-cluster.ts";
import { latest, readCommitted, readOffsets } from "./record-counts.ts";

/** A transaction that has written to a partition, and has neither been committed nor aborted. */
export type OpenTransaction = {
  readonly topic: string;
  readonly partition: number;
  /** A 64-bit number. */
  readonly producerId: bigint;
  /** The time of its first record in the partition or, if that cannot be read quickly, of its last one, in ms since 1970. */
  readonly sinceMs: number;
};

type Led = { readonly name: string; readonly partition: number };
type Open = Led & Omit<OpenTransaction, "topic"> & { readonly first: bigint };

const [noWaitMs, minBytes, maxBytes, partitionBytes] = [0, 0, 4 * 1024 * 1024, 16 * 1024];
const [readUncommitted, noSession, noSessionEpoch, anyEpoch] = [0, 0, -1, -1];

/**
 * Finds the open transactions of topics, with two requests to each leader, and two more if there are any. Needs READ on the
 * topics.
 * @param cluster read just before, with the leaders of the topics
 * @returns the transactions; and the topics with a leader that did not answer
 */
export async function readOpenTransactions(
  connection: Connection,
  { topics, addresses }: Pick<LiveCluster, "topics" | "addresses">,
): Promise<{ readonly open: OpenTransaction[]; readonly unknown: ReadonlySet<string> }> {
  const unknown = new Set<string>();
  const led = topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partition, leader }) => ({ name, partition, leader })),
  );
  const open = [...Map.groupBy(led, ({ leader }) => leader)].map(async ([leader, own]) => {
    const bootstrapServers = [addresses.get(leader) ?? []].flat();
    try {
      return await askBroker({ ...connection, bootstrapServers }, (broker) => readFrom(broker, own, unknown));
    } catch (error) {
      if (!isBrokerError(error)) throw error;
      for (const { name } of own) unknown.add(name);
      return [];
    }
  });
  return { open: (await Promise.all(open)).flat(), unknown };
}

const keyOf = ({ name, partition }: Led) => `${name}:${partition}`;

async function readFrom(
  broker: Broker,
  led: readonly Led[],
  unknown: Set<string>,
): Promise<OpenTransaction[]> {
  const [stable, ends] = await Promise.all([
    readOffsets(broker, led, () => latest, readCommitted),
    readOffsets(broker, led, () => latest),
  ]);
  const delayed = led.filter((one) => {
    const [until, end] = [stable.get(keyOf(one)), ends.get(keyOf(one))];
    if (until !== undefined && end !== undefined) return until < end;
    unknown.add(one.name);
    return false;
  });
  if (delayed.length === 0) return [];
  const open = await describeProducers(broker, delayed, unknown);
  const begun = await readTimes(broker, open);
  return open.map(({ name, partition, producerId, sinceMs, first }) => ({
    topic: name,
    partition,
    producerId,
    sinceMs: begun.get(`${name}:${partition}:${first}`) ?? sinceMs,
  }));
}

async function describeProducers(broker: Broker, led: readonly Led[], unknown: Set<string>): Promise<Open[]> {
  const asked = [...Map.groupBy(led, ({ name }) => name)].map(([name, own]) => ({
    name,
    partitionIndexes: own.map(({ partition }) => partition),
  }));
  const { topics } = await answerOf(describeProducersV0.api.async(broker, asked));
  return topics.flatMap(({ name, partitions }) =>
    partitions.flatMap(({ partitionIndex: partition, errorCode, activeProducers }) => {
      if (errorCode !== 0) unknown.add(name);
      return (
        activeProducers
          // Producers that have no transaction in the partition are listed with -1.
          .filter(({ currentTxnStartOffset }) => currentTxnStartOffset >= 0n)
          .map(({ producerId, lastTimestamp, currentTxnStartOffset: first }) => {
            return { name, partition, producerId, first, sinceMs: Number(lastTimestamp) };
          })
      );
    }),
  );
}

/** Reads the times of the first records of transactions, by `topic:partition:offset`, as far as one response has them. */
async function readTimes(broker: Broker, open: readonly Open[]): Promise<Map<string, number>> {
  // A request names each partition once.
  const oldest = new Map(open.toSorted((a, b) => Number(b.first - a.first)).map((one) => [keyOf(one), one]));
  const topics = [...Map.groupBy(oldest.values(), ({ name }) => name)].map(([topicId, own]) => ({
    topicId,
    partitions: own.map(({ partition, first }) => ({
      partition,
      currentLeaderEpoch: anyEpoch,
      fetchOffset: first,
      lastFetchedEpoch: anyEpoch,
      partitionMaxBytes: partitionBytes,
    })),
  }));
  const limits = [noWaitMs, minBytes, maxBytes, readUncommitted, noSession, noSessionEpoch] as const;
  const answers = await fetchRecords.async(broker, ...limits, topics, [], "");
  return new Map(
    answers.flatMap(({ topic, partition, records }) =>
      records.map(({ offset, timestampMs }) => [`${topic}:${partition}:${offset}`, timestampMs] as const),
    ),
  );
}
