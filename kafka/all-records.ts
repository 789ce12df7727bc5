import { ProtocolError } from "@platformatic/kafka";
import { askBroker, type Broker } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { type FetchedRecord, fetchRecords } from "./fetch.ts";
import { readLiveCluster } from "./live-cluster.ts";
import { latest, readOffsets } from "./record-counts.ts";

/** A record with its place. */
export type PlacedRecord = FetchedRecord & { readonly topic: string; readonly partition: number };

/** A partition that cannot be read now: it has no leader, its leader moves, or its records cannot be decoded. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";

  constructor({ name, partition }: Place, why: string) {
    super(`partition ${partition} of ${name} cannot be read: ${why}`);
  }
}

type Place = { readonly name: string; readonly partition: number };

const [waitMs, minBytes, maxBytes, readUncommitted, noSession, noSessionEpoch, anyEpoch] = [
  0,
  0,
  4 * 1024 * 1024,
  0,
  0,
  -1,
  -1,
];

/**
 * Reads every record of topics from their leaders, each partition from its first offset to its high watermark at the
 * start, without a consumer group.
 * @param visit takes the records of each partition in the order of their offsets
 * @throws UnreadableError, or UnreachableError when a leader does not answer
 */
export async function readAllRecords(
  connection: Connection,
  names: readonly string[],
  visit: (record: PlacedRecord) => void,
): Promise<void> {
  const { topics, addresses } = await readLiveCluster(connection, names);
  const places = topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partition, leader }) => ({ name, partition, leader })),
  );
  const unled = places.find(({ leader }) => !addresses.has(leader));
  if (unled) throw new UnreadableError(unled, "it has no leader");
  await Promise.all(
    [...Map.groupBy(places, ({ leader }) => leader)].map(([leader, own]) =>
      askBroker({ ...connection, bootstrapServers: [addresses.get(leader) ?? ""] }, async (broker) => {
        const ends = await readOffsets(broker, own, () => latest);
        for (const place of own)
          await readPartition(broker, place, ends.get(`${place.name}:${place.partition}`), visit);
      }),
    ),
  );
}

async function readPartition(
  broker: Broker,
  place: Place,
  end: bigint | undefined,
  visit: (record: PlacedRecord) => void,
): Promise<void> {
  const failure = (why: string) => new UnreadableError(place, why);
  if (end === undefined) throw failure("its leader does not tell where it ends");
  for (let offset = 0n; offset < end; ) {
    const {
      partitions: [answer],
    } = await fetchRecords.async(
      broker,
      waitMs,
      minBytes,
      maxBytes,
      readUncommitted,
      noSession,
      noSessionEpoch,
      [{ topicId: place.name, partitions: [fetchFrom(place.partition, offset)] }],
      [],
      "",
    );
    if (!answer) throw failure("no answer");
    if (answer.errorCode !== 0) throw failure(new ProtocolError(answer.errorCode).message);
    if (answer.isUndecodable) throw failure("records that nobody here can decode");
    const from = offset;
    // A batch may begin before the offset that was asked for, and reach beyond the end.
    for (const record of answer.records) {
      if (record.offset >= from && record.offset < end)
        visit({ ...record, topic: place.name, partition: place.partition });
      if (record.offset >= offset) offset = record.offset + 1n;
    }
    if (offset === from) throw failure(`no record at offset ${offset}, below its end ${end}`);
  }
}

function fetchFrom(partition: number, fetchOffset: bigint) {
  return {
    partition,
    currentLeaderEpoch: anyEpoch,
    fetchOffset,
    lastFetchedEpoch: anyEpoch,
    partitionMaxBytes: maxBytes,
  };
}
