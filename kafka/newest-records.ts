import { askBroker, type Broker, isBrokerError } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { type FetchedPartition, type FetchedRecord, fetchRecords } from "./fetch.ts";
import type { LiveCluster } from "./live-cluster.ts";
import { earliest, latest, readOffsets } from "./record-counts.ts";

/** A record with its place. */
export type NewestRecord = FetchedRecord & { readonly topic: string; readonly partition: number };

/**
 * Why the newest records of a topic are not all known. Of several, the first in this order counts; the last is said of
 * a topic that has records, none of which tells.
 */
const unreadCodes = ["NO_LEADER", "NOT_AUTHORIZED", "NOT_DECODED", "NO_ANSWER", "NOTHING_TOLD"] as const;
export type Unread = (typeof unreadCodes)[number];

/** Where the newest records of a partition begin and end. */
type Place = Led & { readonly first: bigint; readonly end: bigint };

/** How far before the end a look begins, since the last offsets may be tombstones and ends of transactions. */
const [nearOffsets, farOffsets] = [10n, 1000n];
/** Of a partition, in bytes: the first look is at all of them, the second at few. */
const [nearBytes, farBytes] = [16 * 1024, 1024 * 1024];
/** Of a topic that the first look told nothing about. */
const farPartitions = 3;
const partitionsPerRequest = 100;
const timeoutMs = 20_000;

const [notAuthorized, staleOffset] = [29, 1];
const [doNotWaitMs, minBytes, maxBytes, readUncommitted, noSession, noSessionEpoch, anyEpoch] = [
  0,
  0,
  4 * 1024 * 1024,
  0,
  0,
  -1,
  -1,
];

/**
 * Shows the newest records of each partition of topics, the last ones first, without a consumer group or any other
 * trace on the cluster. What one answer may hold is bounded, whatever the topics hold.
 * @param cluster as read just before, with the leaders of the topics
 * @param tells whether a record says what it was looked at for; a topic without such a record is looked at further back
 * @returns by topic, why its newest records are not all known; a topic without records is known to have none
 */
export async function showNewestRecords(
  connection: Connection,
  { topics, addresses }: LiveCluster,
  names: ReadonlySet<string>,
  tells: (record: NewestRecord) => boolean,
): Promise<Map<string, Unread>> {
  const look = new Look(tells, performance.now() + timeoutMs);
  const askLeaders = async <One extends Led>(
    led: readonly One[],
    ask: (broker: Broker, own: readonly One[]) => Promise<void>,
  ) => {
    const byLeader = [...Map.groupBy(led, ({ leader }) => leader)];
    const asked = byLeader.map(async ([leader, own]) => {
      const address = addresses.get(leader);
      if (!address) return look.giveUp(own, "NO_LEADER");
      try {
        await askBroker({ ...connection, bootstrapServers: [address] }, (broker) => ask(broker, own));
      } catch (error) {
        if (!isBrokerError(error)) throw error;
        look.giveUp(own, "NO_ANSWER");
      }
    });
    await Promise.all(asked);
  };

  const places: Place[] = [];
  const led = topics
    .filter(({ name }) => names.has(name))
    .flatMap(({ name, partitions }) =>
      partitions.map(({ partition, leader }) => ({ name, partition, leader })),
    );
  await askLeaders(led, async (broker, led) => {
    const own = await readPlaces(broker, led, look);
    places.push(...own);
    for (let at = 0; at < own.length; at += partitionsPerRequest)
      await fetch(broker, own.slice(at, at + partitionsPerRequest), nearOffsets, nearBytes, look);
  });

  const silent = places.filter(({ name }) => !look.isOver(name));
  const few = [...Map.groupBy(silent, ({ name }) => name).values()].flatMap((own) =>
    own.slice(0, farPartitions),
  );
  await askLeaders(few, async (broker, own) => {
    // A batch that is larger than its share comes whole only as the first of an answer: one partition at a time.
    for (const place of own)
      if (!look.isOver(place.name)) await fetch(broker, [place], farOffsets, farBytes, look);
  });
  look.giveUp(
    few.filter(({ name }) => !look.isOver(name)),
    "NOTHING_TOLD",
  );
  return look.unread;
}

type Led = { readonly name: string; readonly partition: number; readonly leader: number };

/** What has been seen so far. */
class Look {
  readonly unread = new Map<string, Unread>();
  readonly tells: (record: NewestRecord) => boolean;
  readonly deadline: number;
  readonly #told = new Set<string>();

  constructor(tells: (record: NewestRecord) => boolean, deadline: number) {
    this.tells = tells;
    this.deadline = deadline;
  }

  giveUp(partitions: readonly { readonly name: string }[], why: Unread): void {
    for (const { name } of partitions) {
      const known = this.unread.get(name);
      if (!known || unreadCodes.indexOf(why) < unreadCodes.indexOf(known)) this.unread.set(name, why);
    }
  }

  show(record: NewestRecord): void {
    if (this.tells(record)) this.#told.add(record.topic);
  }

  /** Whether a topic has a record that tells, or cannot be known. */
  isOver(name: string): boolean {
    return this.#told.has(name) || this.unread.has(name);
  }
}

/** The partitions that have records. */
async function readPlaces(broker: Broker, led: readonly Led[], look: Look): Promise<Place[]> {
  const [firsts, ends] = [
    await readOffsets(broker, led, () => earliest),
    await readOffsets(broker, led, () => latest),
  ];
  return led.flatMap((one) => {
    const key = `${one.name}:${one.partition}`;
    const [first, end] = [firsts.get(key), ends.get(key)];
    if (first === undefined || end === undefined) look.giveUp([one], "NO_ANSWER");
    return first !== undefined && end !== undefined && end > first ? [{ ...one, first, end }] : [];
  });
}

async function fetch(
  broker: Broker,
  places: readonly Place[],
  offsets: bigint,
  bytes: number,
  look: Look,
): Promise<void> {
  if (performance.now() > look.deadline) return look.giveUp(places, "NO_ANSWER");
  const topics = [...Map.groupBy(places, ({ name }) => name)].map(([topicId, own]) => ({
    topicId,
    partitions: own.map(({ partition, first, end }) => ({
      partition,
      currentLeaderEpoch: anyEpoch,
      fetchOffset: end - offsets > first ? end - offsets : first,
      lastFetchedEpoch: anyEpoch,
      partitionMaxBytes: bytes,
    })),
  }));
  const answers = await fetchRecords.async(
    broker,
    doNotWaitMs,
    minBytes,
    maxBytes,
    readUncommitted,
    noSession,
    noSessionEpoch,
    topics,
    [],
    "",
  );
  for (const answer of answers) {
    const { topic, partition, records } = answer;
    const why = reasonOf(answer);
    if (why) look.giveUp([{ name: topic }], why);
    // A batch may begin long before the offset that was asked for.
    for (const record of records.slice(-Number(offsets)).reverse())
      look.show({ ...record, topic, partition });
  }
}

function reasonOf({ errorCode, isUndecodable }: FetchedPartition): Unread | undefined {
  if (errorCode === notAuthorized) return "NOT_AUTHORIZED";
  // Deleted by age since the offsets were read: there are others, or none.
  if (errorCode !== 0 && errorCode !== staleOffset) return "NO_ANSWER";
  return isUndecodable ? "NOT_DECODED" : undefined;
}
