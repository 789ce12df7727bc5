import { produceV9 } from "@platformatic/kafka";
import { askBroker, type Broker } from "../../kafka/broker.ts";
import type { Connection } from "../../kafka/connection.ts";
import { fetchRecords } from "../../kafka/fetch.ts";
import { readLiveCluster } from "../../kafka/live-cluster.ts";

/** How long the requests take that every client has to send, in ms. */
export type BareProtocolTimes = {
  /** One connection to a bootstrap server, and one metadata request for all topics. */
  readonly metadataMs: number;
  /** One connection to each leader and one produce request with acks=all, to all leaders concurrently. */
  readonly produceMs: number;
  /** Fetch requests to each leader until every record is back, to all leaders concurrently. */
  readonly fetchMs: number;
  readonly totalMs: number;
};

type Place = { readonly topic: string; readonly partition: number };

const [allInSync, requestTimeoutMs] = [-1, 30_000];
const [maxWaitMs, minBytes, maxBytes, partitionBytes] = [100, 1, 50 * 1024 * 1024, 1024 * 1024];
const [readUncommitted, noSession, noEpoch] = [0, 0, -1];

/**
 * Sends one JSON record to each partition of some topics and reads it back with protocol requests only: without a
 * consumer group, retries, checks or reports. This is the lower bound for a smoke run.
 * @throws Error if a topic has a partition without a leader, or a record does not come back as sent
 */
export async function runBareProtocol(
  connection: Connection,
  names: readonly string[],
): Promise<BareProtocolTimes> {
  const start = performance.now();
  const { topics, addresses } = await readLiveCluster(connection, names);
  const places = topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partition, leader }) => ({ topic: name, partition, address: addresses.get(leader) })),
  );
  const metadataMs = performance.now() - start;
  let produceMs = 0;
  const byLeader = Map.groupBy(places, ({ address }) => address);
  await Promise.all(
    [...byLeader].map(async ([address, own]) => {
      if (!address) throw new Error("A partition has no leader.");
      await askBroker({ ...connection, bootstrapServers: [address] }, async (broker) => {
        const offsets = await produce(broker, own);
        produceMs = Math.max(produceMs, performance.now() - start - metadataMs);
        await fetchAll(broker, own, offsets);
      });
    }),
  );
  const totalMs = performance.now() - start;
  return { metadataMs, produceMs, fetchMs: totalMs - metadataMs - produceMs, totalMs };
}

async function produce(broker: Broker, places: readonly Place[]): Promise<Map<string, bigint>> {
  const messages = places.map((place) => ({ ...place, value: valueTo(place) }));
  const answer = await produceV9.api.async(broker, allInSync, requestTimeoutMs, messages);
  if (typeof answer === "boolean") throw new Error("A produce request with acks=all has no answer.");
  return new Map(
    answer.responses.flatMap(({ name, partitionResponses }) =>
      partitionResponses.map(({ index, baseOffset }) => [`${name}:${index}`, baseOffset] as const),
    ),
  );
}

async function fetchAll(
  broker: Broker,
  places: readonly Place[],
  offsets: ReadonlyMap<string, bigint>,
): Promise<void> {
  const awaited = new Map(places.map((place) => [keyOf(place), place]));
  while (awaited.size > 0) {
    const topics = [...Map.groupBy(awaited.values(), ({ topic }) => topic)].map(([topicId, own]) => ({
      topicId,
      partitions: own.map((place) => ({
        partition: place.partition,
        currentLeaderEpoch: noEpoch,
        fetchOffset: offsets.get(keyOf(place)) ?? 0n,
        lastFetchedEpoch: noEpoch,
        partitionMaxBytes: partitionBytes,
      })),
    }));
    const { partitions } = await fetchRecords.async(
      broker,
      maxWaitMs,
      minBytes,
      maxBytes,
      readUncommitted,
      noSession,
      noEpoch,
      topics,
      [],
      "",
    );
    for (const { records, ...place } of partitions) {
      const record = records.find(({ offset }) => offset === offsets.get(keyOf(place)));
      if (!record) continue;
      if (!record.value?.equals(valueTo(place))) throw new Error(`Another record is in ${keyOf(place)}.`);
      awaited.delete(keyOf(place));
    }
  }
}

function keyOf({ topic, partition }: Place): string {
  return `${topic}:${partition}`;
}

/** The record that the smoke suite sends to a topic without a sample. */
function valueTo({ topic, partition }: Place): Buffer {
  return Buffer.from(JSON.stringify({ smoke: true, topic, partition }));
}
