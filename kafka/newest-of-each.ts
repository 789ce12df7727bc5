import { askLeader, LeaderError } from "./ask-leader.ts";
import type { Broker } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { fetchFrom } from "./fetch.ts";
import type { LiveCluster } from "./live-cluster.ts";
import { keyOf, type Place } from "./place.ts";
import { toProtocolError } from "./protocol-error.ts";
import { earliest, latest, requestOffsets } from "./record-counts.ts";

/** A partition's newest record: its offset, or null if the partition has no record; or why it could not be read. */
export type NewestOfPartition = { readonly offset: bigint | null } | Error;

/** Where the records of a partition begin and end. */
type Range = Place & { readonly first: bigint; readonly end: bigint };

/**
 * How to look for a partition's newest record, from how many offsets before its end, reading how many bytes, of how many
 * partitions in one request. The last offset may be a transaction marker. A batch may be larger than the limit only in a request
 * for a single partition.
 */
const attempts = [
  { offsets: 1n, bytes: 16 * 1024, partitions: 250 },
  { offsets: 2n, bytes: 16 * 1024, partitions: 250 },
  { offsets: 1n, bytes: 1024 * 1024, partitions: 1 },
  { offsets: 1000n, bytes: 1024 * 1024, partitions: 1 },
] as const;

/** The protocol's codes; the first if all records were deleted after their offsets were read. */
const [offsetOutOfRange, leaderNotAvailable] = [1, 5];

/**
 * Reads the newest record of each of these partitions, without a consumer group or any other trace on the cluster.
 * @param cluster read just before, with the leaders of the partitions
 * @returns the outcomes by `topic:partition`
 */
export async function readNewestOfEach(
  connection: Connection,
  { topics, addresses }: Pick<LiveCluster, "topics" | "addresses">,
  places: readonly Place[],
): Promise<Map<string, NewestOfPartition>> {
  const leaders = new Map<string, number>(
    topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partition, leader }) => [`${name}:${partition}`, leader] as const),
    ),
  );
  const outcomes = new Map<string, NewestOfPartition>();
  const byLeader = Map.groupBy(places, (place) => addresses.get(leaders.get(keyOf(place)) ?? -1));
  await Promise.all(
    [...byLeader].map(async ([address, own]) => {
      const failAll = (error: Error) => {
        for (const place of own) if (!outcomes.has(keyOf(place))) outcomes.set(keyOf(place), error);
      };
      if (address === undefined) return failAll(toProtocolError(leaderNotAvailable));
      try {
        await askLeader(connection, address, (leader) => readOwn(leader, own, outcomes));
      } catch (error) {
        if (!(error instanceof LeaderError)) throw error;
        failAll(error);
      }
    }),
  );
  return outcomes;
}

/** Reads the partitions of one leader. */
async function readOwn(
  leader: Broker,
  places: readonly Place[],
  outcomes: Map<string, NewestOfPartition>,
): Promise<void> {
  let missing = await readRanges(leader, places, outcomes);
  for (const { offsets, bytes, partitions } of attempts) {
    for (let at = 0; at < missing.length; at += partitions) {
      const positions = missing.slice(at, at + partitions).map(({ topic, partition, first, end }) => {
        return { name: topic, partition, offset: end - offsets > first ? end - offsets : first };
      });
      const answers = await fetchFrom(leader, positions, bytes);
      for (const { records, errorCode, isUndecodable, ...place } of answers) {
        const newest = records.at(-1);
        if (newest) outcomes.set(keyOf(place), newest);
        else if (isUndecodable) outcomes.set(keyOf(place), new UndecodableError());
        else if (errorCode === offsetOutOfRange) outcomes.set(keyOf(place), { offset: null });
        else if (errorCode !== 0) outcomes.set(keyOf(place), toProtocolError(errorCode));
      }
    }
    missing = missing.filter((range) => !outcomes.has(keyOf(range)));
  }
  for (const range of missing) outcomes.set(keyOf(range), { offset: null });
}

/** Finds the partitions that may have records. */
async function readRanges(
  leader: Broker,
  places: readonly Place[],
  outcomes: Map<string, NewestOfPartition>,
): Promise<Range[]> {
  const led = places.map(({ topic, partition }) => ({ name: topic, partition }));
  const [firsts, ends] = await Promise.all([
    requestOffsets(leader, led, () => earliest),
    requestOffsets(leader, led, () => latest),
  ]);
  const firstOf = new Map(firsts.map(({ key, offset }) => [key, offset]));
  const endOf = new Map(ends.map((end) => [end.key, end]));
  return places.flatMap((place) => {
    const key = keyOf(place);
    const [first, end] = [firstOf.get(key), endOf.get(key)];
    if (first !== undefined && end?.errorCode === 0 && end.offset > first)
      return [{ ...place, first, end: end.offset }];
    outcomes.set(
      key,
      end?.errorCode === 0 ? { offset: null } : toProtocolError(end?.errorCode ?? leaderNotAvailable),
    );
    return [];
  });
}

/** A partition's newest batch cannot be decoded. */
class UndecodableError extends Error {
  override readonly name = "UndecodableError";

  constructor() {
    super("the newest batch is corrupt, or its format or codec is not supported");
  }
}
