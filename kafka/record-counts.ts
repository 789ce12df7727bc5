import { listOffsetsV6 } from "@platformatic/kafka";
import { answerOf } from "./answer.ts";
import { askBroker, type Broker } from "./broker.ts";
import { UnreachableError } from "./cluster-error.ts";
import type { Connection } from "./connection.ts";
import type { LiveCluster } from "./live-cluster.ts";

/** The approximate number of records in a topic: it counts offsets, and compaction and transactions leave gaps. */
export type RecordCount = {
  readonly all: number;
  /** Records written before the given time. */
  readonly older: number;
};

/** A topic, and the time in ms since 1970 before which its records count as older. */
export type Counted = { readonly topic: string; readonly since: number };

/** Special timestamps: the offset of the next record, and of the first record. */
export const [latest, earliest] = [-1n, -2n];
const noReplica = -1;
/** Isolation levels: with `readCommitted`, a partition ends before its first open transaction. */
const readUncommitted = 0;
export const readCommitted = 1;

/**
 * Counts the records of topics, with three requests to each broker that leads any of their partitions.
 * @param cluster read just before, with the leaders of the topics
 * @returns the counts by topic, without topics whose leaders did not all answer
 */
export async function countRecords(
  connection: Connection,
  { topics, addresses }: LiveCluster,
  counted: readonly Counted[],
): Promise<Map<string, RecordCount>> {
  const since = new Map(counted.map((one) => [one.topic, one.since]));
  const partitions = topics
    .filter(({ name }) => since.has(name))
    .flatMap(({ name, partitions }) =>
      partitions.map(({ partition, leader }) => ({ name, partition, leader })),
    );

  const ends = new Map<string, [first: bigint, young: bigint, end: bigint]>();
  await Promise.all(
    [...Map.groupBy(partitions, ({ leader }) => leader)].map(async ([leader, led]) => {
      const address = addresses.get(leader);
      if (!address) return;
      const asked = askBroker({ ...connection, bootstrapServers: [address] }, async (broker) => [
        await readOffsets(broker, led, () => earliest),
        await readOffsets(broker, led, (topic) => BigInt(Math.max(0, Math.round(since.get(topic) ?? 0)))),
        await readOffsets(broker, led, () => latest),
      ]);
      const [first, young, end] = await asked.catch((error) => {
        if (error instanceof UnreachableError) return [];
        throw error;
      });
      for (const { name, partition } of led) {
        const key = `${name}:${partition}`;
        const offsets = [first?.get(key), young?.get(key), end?.get(key)] as const;
        if (offsets[0] === undefined || offsets[1] === undefined || offsets[2] === undefined) continue;
        // No record is that young: all are older.
        ends.set(key, [offsets[0], offsets[1] < 0n ? offsets[2] : offsets[1], offsets[2]]);
      }
    }),
  );

  const counts = new Map<string, RecordCount>();
  for (const { name, partitions } of topics) {
    const own = partitions.map(({ partition }) => ends.get(`${name}:${partition}`));
    if (!since.has(name) || own.includes(undefined)) continue;
    const sum = (count: (offsets: [bigint, bigint, bigint]) => bigint) =>
      Number(own.reduce((total, offsets) => total + (offsets ? count(offsets) : 0n), 0n));
    counts.set(name, {
      all: sum(([first, , end]) => end - first),
      older: sum(([first, young]) => (young > first ? young - first : 0n)),
    });
  }
  return counts;
}

/** Reads the offsets at a time, by `topic:partition`, without partitions whose leader refuses the request. */
export async function readOffsets(
  leader: Broker,
  led: readonly { name: string; partition: number }[],
  timeOf: (topic: string) => bigint,
  isolation: typeof readUncommitted | typeof readCommitted = readUncommitted,
): Promise<Map<string, bigint>> {
  const answers = await requestOffsets(leader, led, timeOf, isolation);
  return new Map(answers.flatMap(({ key, errorCode, offset }) => (errorCode === 0 ? [[key, offset]] : [])));
}

/** Requests the offsets at a time; `key` is `topic:partition`, and the error code that of the protocol. */
export async function requestOffsets(
  leader: Broker,
  led: readonly { name: string; partition: number }[],
  timeOf: (topic: string) => bigint,
  isolation: typeof readUncommitted | typeof readCommitted = readUncommitted,
): Promise<{ key: string; errorCode: number; offset: bigint }[]> {
  const asked = [...Map.groupBy(led, ({ name }) => name)].map(([name, own]) => ({
    name,
    partitions: own.map(({ partition }) => ({
      partitionIndex: partition,
      currentLeaderEpoch: -1,
      timestamp: timeOf(name),
    })),
  }));
  const { topics } = await answerOf(listOffsetsV6.api.async(leader, noReplica, isolation, asked));
  return topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex, errorCode, offset }) => ({
      key: `${name}:${partitionIndex}`,
      errorCode,
      offset,
    })),
  );
}
