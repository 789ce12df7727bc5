import { describeProducersV0 } from "@platformatic/kafka";
import { answerOf } from "./answer.ts";
import { askBroker, type Broker, isBrokerError } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { groupByLeader } from "./leaders.ts";
import type { LiveCluster } from "./live-cluster.ts";
import { keyOf, type Place } from "./place.ts";
import { latest, readCommitted, readOffsets } from "./record-counts.ts";

/** A transaction that has written to a partition, and has neither been committed nor aborted. */
export type OpenTransaction = Place & {
  /** A 64-bit number. */
  readonly producerId: bigint;
  /** Of its first record in the partition. The records' times say nothing: producers set them. */
  readonly firstOffset: bigint;
};

/**
 * Finds the open transactions of partitions, with two requests to each leader, and another one if there are any. Needs READ
 * on the topics.
 * @param cluster read just before, with the leaders of the topics
 * @returns the transactions; and the partitions whose leader did not answer
 */
export async function readOpenTransactions(
  connection: Connection,
  cluster: Pick<LiveCluster, "topics" | "addresses">,
  places: readonly Place[],
): Promise<{ readonly open: readonly OpenTransaction[]; readonly unknown: readonly Place[] }> {
  const answers = [...groupByLeader(cluster, places)].map(async ([address, own]) => {
    if (!address) return { open: [], unknown: own };
    try {
      return await askBroker({ ...connection, bootstrapServers: [address] }, (leader) =>
        readOwn(leader, own),
      );
    } catch (error) {
      if (!isBrokerError(error)) throw error;
      return { open: [], unknown: own };
    }
  });
  const all = await Promise.all(answers);
  return { open: all.flatMap(({ open }) => open), unknown: all.flatMap(({ unknown }) => unknown) };
}

/** Reads the partitions of one leader. */
async function readOwn(leader: Broker, places: readonly Place[]) {
  const led = places.map(({ topic, partition }) => ({ name: topic, partition }));
  const [stable, ends] = await Promise.all([
    readOffsets(leader, led, () => latest, readCommitted),
    readOffsets(leader, led, () => latest),
  ]);
  const unknown = places.filter((place) => !stable.has(keyOf(place)) || !ends.has(keyOf(place)));
  const delayed = places.filter((place) => (stable.get(keyOf(place)) ?? 0n) < (ends.get(keyOf(place)) ?? 0n));
  const described = await describeProducers(leader, delayed);
  const missing = delayed.filter((place) => !described.has(keyOf(place)));
  return { open: [...described.values()].flat(), unknown: [...new Set([...unknown, ...missing])] };
}

/** Returns the open transactions by `topic:partition`, without partitions whose leader refuses the request. */
async function describeProducers(
  leader: Broker,
  places: readonly Place[],
): Promise<Map<string, OpenTransaction[]>> {
  if (places.length === 0) return new Map();
  const asked = [...Map.groupBy(places, ({ topic }) => topic)].map(([name, own]) => ({
    name,
    partitionIndexes: own.map(({ partition }) => partition),
  }));
  const { topics } = await answerOf(describeProducersV0.api.async(leader, asked));
  return new Map(
    topics.flatMap(({ name: topic, partitions }) =>
      partitions
        .filter(({ errorCode }) => errorCode === 0)
        .map(({ partitionIndex: partition, activeProducers }) => [
          keyOf({ topic, partition }),
          activeProducers
            // Producers that have no transaction in the partition are listed with -1.
            .filter(({ currentTxnStartOffset }) => currentTxnStartOffset >= 0n)
            .map(({ producerId, currentTxnStartOffset: firstOffset }) => {
              return { topic, partition, producerId, firstOffset };
            }),
        ]),
    ),
  );
}
