import { askLeader, LeaderError } from "./ask-leader.ts";
import type { Broker } from "./broker.ts";
import type { Connection } from "./connection.ts";
import type { FetchedPartition, FetchedRecord, FetchPosition } from "./fetch.ts";
import { fetchEach, UnreadError } from "./fetch-each.ts";
import { groupByLeader } from "./leaders.ts";
import type { LiveCluster } from "./live-cluster.ts";
import { keyOf, type Place } from "./place.ts";
import { toProtocolError } from "./protocol-error.ts";
import { earliest, latest, requestOffsets } from "./record-counts.ts";

/** What was found of a partition: an offset of null if nothing was; or why it could not be read. */
export type Outcome<Found> = Found | { readonly offset: null } | Error;

/** A partition's newest record: its offset, or null if the partition has no record; or why it could not be read. */
export type NewestOfPartition = Outcome<{ readonly offset: bigint }>;

/** What to look for in each partition. */
export type Search<Found> = {
  /** Returns what to keep of a record; undefined to go on with the record before it. */
  readonly find: (record: FetchedRecord) => Found | undefined;
  /** How to look for it, until it is found. */
  readonly tries: readonly Try[];
};

/** How to look for a record. */
type Try = {
  /** From how many offsets before the end of a partition to read. */
  readonly offsets: bigint;
  /** How many bytes to read at once. */
  readonly bytes: number;
  /** Whether to go on to the end of a partition, beyond these bytes: a later record may be relevant too. */
  readonly isWhole?: boolean;
};

/** Where the records of a partition begin and end. */
type Range = Place & { readonly first: bigint; readonly end: bigint };

/** The protocol's codes; the first if all records were deleted after their offsets were read. */
const [offsetOutOfRange, leaderNotAvailable] = [1, 5];

/**
 * Looks for the newest relevant record of each of these partitions, without a consumer group or any other trace on the cluster.
 * @param cluster read just before, with the leaders of the partitions
 * @param until when reading ends, in `performance.now()` milliseconds
 * @param outcomes gets the outcomes by `topic:partition`, as they come
 */
export async function readNewestOfEach<Found>(
  connection: Connection,
  cluster: Pick<LiveCluster, "topics" | "addresses">,
  places: readonly Place[],
  {
    until,
    outcomes,
    ...search
  }: Search<Found> & {
    readonly until: number;
    readonly outcomes: Map<string, Outcome<Found>>;
  },
): Promise<void> {
  await Promise.all(
    [...groupByLeader(cluster, places)].map(async ([address, own]) => {
      const failAll = (error: Error) => {
        const isOpen = (key: string) => !outcomes.has(key) || outcomes.get(key) instanceof UnreadError;
        for (const key of own.map(keyOf)) if (isOpen(key)) outcomes.set(key, error);
      };
      if (address === undefined) return failAll(toProtocolError(leaderNotAvailable));
      try {
        await askLeader(connection, address, async (leader) => {
          const ranges = await readRanges(leader, own, outcomes);
          await searchRanges(leader, ranges, search, until, outcomes);
        });
      } catch (error) {
        if (!(error instanceof LeaderError)) throw error;
        failAll(error);
      }
    }),
  );
}

/** Searches partitions of one leader. Also reads those that are empty, because the principal may not be allowed to. */
async function searchRanges<Found>(
  leader: Broker,
  ranges: readonly Range[],
  { find, tries }: Search<Found>,
  until: number,
  outcomes: Map<string, Outcome<Found>>,
): Promise<void> {
  const unread = new UnreadError("TIMED_OUT");
  for (const range of ranges) outcomes.set(keyOf(range), unread);
  let missing = new Map(ranges.map((range) => [keyOf(range), range]));
  for (const { offsets, bytes, isWhole = false } of tries) {
    const readToEnd = new Set<string>();
    let positions = [...missing.values()].map(({ first, end, ...place }) => {
      return { ...place, offset: end - offsets > first ? end - offsets : first };
    });
    while (positions.length > 0) {
      const rest: FetchPosition[] = [];
      for await (const answer of fetchEach(leader, positions, { bytes, until })) {
        const key = keyOf(answer);
        const outcome = "error" in answer ? answer.error : outcomeOf(answer, find);
        if (outcome) outcomes.set(key, outcome);
        const end = missing.get(key)?.end ?? 0n;
        const next = "error" in answer ? undefined : answer.next;
        if (next === undefined || next >= end) readToEnd.add(key);
        else if (isWhole) rest.push({ topic: answer.topic, partition: answer.partition, offset: next });
      }
      positions = rest;
    }
    missing = new Map(
      [...missing].filter(([key, { first, end }]) => {
        const isAll = readToEnd.has(key) && end - offsets <= first;
        return outcomes.get(key) === unread && !isAll;
      }),
    );
  }
  for (const key of ranges.map(keyOf)) if (outcomes.get(key) === unread) outcomes.set(key, { offset: null });
}

function outcomeOf<Found>(
  { records, errorCode, isUndecodable }: FetchedPartition,
  find: Search<Found>["find"],
): Outcome<Found> | undefined {
  for (const record of records.toReversed()) {
    const found = find(record);
    if (found) return found;
  }
  if (isUndecodable) return new UndecodableError();
  if (errorCode === offsetOutOfRange) return { offset: null };
  return errorCode === 0 ? undefined : toProtocolError(errorCode);
}

/** Finds where the records of the partitions begin and end. */
async function readRanges<Found>(
  leader: Broker,
  places: readonly Place[],
  outcomes: Map<string, Outcome<Found>>,
): Promise<Range[]> {
  const led = places.map(({ topic, partition }) => ({ name: topic, partition }));
  const [firsts, ends] = await Promise.all([
    requestOffsets(leader, led, () => earliest),
    requestOffsets(leader, led, () => latest),
  ]);
  const firstOf = new Map(firsts.map((first) => [first.key, first]));
  const endOf = new Map(ends.map((end) => [end.key, end]));
  return places.flatMap((place) => {
    const key = keyOf(place);
    const [first, end] = [firstOf.get(key), endOf.get(key)];
    if (first?.errorCode === 0 && end?.errorCode === 0)
      return [{ ...place, first: first.offset, end: end.offset }];
    outcomes.set(key, toProtocolError(end?.errorCode || first?.errorCode || leaderNotAvailable));
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
