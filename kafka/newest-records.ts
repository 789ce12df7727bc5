import { setTimeout as wait } from "node:timers/promises";
import { askBroker, type Broker, isBrokerError } from "./broker.ts";
import type { Connection } from "./connection.ts";
import type { FetchedPartition, FetchedRecord } from "./fetch.ts";
import { fetchEach, UnreadError, type UnreadPartition } from "./fetch-each.ts";
import type { LiveCluster } from "./live-cluster.ts";
import { earliest, latest, readOffsets } from "./record-counts.ts";

/** A record with its topic and partition. */
export type NewestRecord = FetchedRecord & { readonly topic: string; readonly partition: number };

/**
 * Why the newest records of a topic are not all known. Of several reasons, the first in this order counts; the last means
 * that the topic has records, but no relevant one.
 */
const unreadCodes = [
  "NO_LEADER",
  "NOT_AUTHORIZED",
  "NOT_DECODED",
  "READ_THROTTLED",
  "NO_ANSWER",
  "NO_VALUES",
] as const;
/** Why the newest records of a topic are not all known. */
export type UnreadCode = (typeof unreadCodes)[number];

/** Where the newest records of a partition begin and end. */
type PartitionRange = Led & { readonly first: bigint; readonly end: bigint };

/**
 * How far before the end of a partition reading begins, because the last offsets may be tombstones or transaction markers:
 * first, and for topics in which no relevant record was found.
 */
const [nearOffsets, farOffsets] = [10n, 1000n];
const timeoutMs = 20_000;
/** How much to read of a partition, in bytes: first of all partitions, then of a few. */
const [nearBytes, farBytes] = [16 * 1024, 1024 * 1024];
/** How many partitions to read again of a topic without a relevant record. */
const farPartitions = 3;
/** How long to ask again about partitions without an answer: a new leader refuses requests until it knows that it leads. */
const [electionMs, pauseMs] = [10_000, 100];

const [notAuthorized, staleOffset] = [29, 1];

/**
 * Reads the newest records of each partition of topics, the last ones first, without a consumer group or any other
 * trace on the cluster. The size of a response is limited, whatever the topics contain.
 * @param cluster read just before, with the leaders of the topics
 * @param visit receives a record and returns whether it is relevant; a topic without a relevant record is read further back
 * @returns by topic, why its newest records are not all known; a topic without records is not included
 */
export async function readNewestRecords(
  connection: Connection,
  { topics, addresses }: Pick<LiveCluster, "topics" | "addresses">,
  names: ReadonlySet<string>,
  visit: (record: NewestRecord) => boolean,
): Promise<Map<string, UnreadCode>> {
  const progress = new Progress(visit, performance.now() + timeoutMs);
  const askLeaders = async <One extends Led>(
    led: readonly One[],
    ask: (broker: Broker, own: readonly One[]) => Promise<void>,
  ) => {
    const byLeader = [...Map.groupBy(led, ({ leader }) => leader)];
    const asked = byLeader.map(async ([leader, own]) => {
      const address = addresses.get(leader);
      if (!address) return progress.giveUp(own, "NO_LEADER");
      try {
        await askBroker({ ...connection, bootstrapServers: [address] }, (broker) => ask(broker, own));
      } catch (error) {
        if (!isBrokerError(error)) throw error;
        progress.giveUp(own, "NO_ANSWER");
      }
    });
    await Promise.all(asked);
  };

  const ranges: PartitionRange[] = [];
  const led = topics
    .filter(({ name }) => names.has(name))
    .flatMap(({ name, partitions }) =>
      partitions.map(({ partition, leader }) => ({ name, partition, leader })),
    );
  await askLeaders(led, async (broker, led) => {
    const own = await readRanges(broker, led, progress);
    ranges.push(...own);
    await fetch(broker, own, nearOffsets, nearBytes, progress);
  });

  const unfinished = ranges.filter(({ name }) => !progress.isDone(name));
  const few = [...Map.groupBy(unfinished, ({ name }) => name).values()].flatMap((own) =>
    own.slice(0, farPartitions),
  );
  await askLeaders(few, async (broker, own) => {
    for (const range of own)
      for (const reach of [nearOffsets, farOffsets])
        if (!progress.isDone(range.name)) await fetch(broker, [range], reach, farBytes, progress);
  });
  const isRead = (range: PartitionRange) =>
    range.end - range.first <= (few.includes(range) ? farOffsets : nearOffsets);
  const withMore = new Set(ranges.filter((range) => !isRead(range)).map(({ name }) => name));
  // Transaction markers alone are no records.
  const withRecords = few.filter(({ name }) => withMore.has(name) || progress.hasRecords(name));
  progress.giveUp(
    withRecords.filter(({ name }) => !progress.isDone(name)),
    "NO_VALUES",
  );
  return progress.unread;
}

type Led = { readonly name: string; readonly partition: number; readonly leader: number };

/** Which topics are done, and why others cannot be read. */
class Progress {
  readonly unread = new Map<string, UnreadCode>();
  readonly deadline: number;
  readonly #visit: (record: NewestRecord) => boolean;
  readonly #relevant = new Set<string>();
  readonly #visited = new Set<string>();

  constructor(visit: (record: NewestRecord) => boolean, deadline: number) {
    this.#visit = visit;
    this.deadline = deadline;
  }

  giveUp(partitions: readonly { readonly name: string }[], code: UnreadCode): void {
    for (const { name } of partitions) {
      const known = this.unread.get(name);
      if (!known || unreadCodes.indexOf(code) < unreadCodes.indexOf(known)) this.unread.set(name, code);
    }
  }

  visit(record: NewestRecord): void {
    this.#visited.add(record.topic);
    if (this.#visit(record)) this.#relevant.add(record.topic);
  }

  /** Whether a topic has a record, relevant or not. */
  hasRecords(name: string): boolean {
    return this.#visited.has(name);
  }

  /** Whether a topic has a relevant record, or cannot be read. */
  isDone(name: string): boolean {
    return this.#relevant.has(name) || this.unread.has(name);
  }
}

/** Finds the partitions that have records. */
async function readRanges(
  broker: Broker,
  led: readonly Led[],
  progress: Progress,
): Promise<PartitionRange[]> {
  const deadline = Math.min(progress.deadline, performance.now() + electionMs);
  const ranges: PartitionRange[] = [];
  for (let asked = led; ; await wait(pauseMs)) {
    const [firsts, ends] = await Promise.all([
      readOffsets(broker, asked, () => earliest),
      readOffsets(broker, asked, () => latest),
    ]);
    const unanswered: Led[] = [];
    for (const one of asked) {
      const key = `${one.name}:${one.partition}`;
      const [first, end] = [firsts.get(key), ends.get(key)];
      if (first === undefined || end === undefined) unanswered.push(one);
      else if (end > first) ranges.push({ ...one, first, end });
    }
    asked = unanswered;
    if (asked.length > 0 && performance.now() < deadline) continue;
    progress.giveUp(asked, "NO_ANSWER");
    return ranges;
  }
}

async function fetch(
  broker: Broker,
  ranges: readonly PartitionRange[],
  offsets: bigint,
  bytes: number,
  progress: Progress,
): Promise<void> {
  const positions = ranges.map(({ name, partition, first, end }) => {
    return { topic: name, partition, offset: end - offsets > first ? end - offsets : first };
  });
  for await (const answer of fetchEach(broker, positions, { bytes, until: progress.deadline })) {
    const { topic, partition } = answer;
    const why = reasonOf(answer);
    if (why) progress.giveUp([{ name: topic }], why);
    if ("error" in answer) continue;
    // A batch may begin long before the requested offset.
    for (const record of answer.records.slice(-Number(offsets)).reverse())
      progress.visit({ ...record, topic, partition });
  }
}

function reasonOf(answer: FetchedPartition | UnreadPartition): UnreadCode | undefined {
  if ("error" in answer) {
    const isThrottled = answer.error instanceof UnreadError && answer.error.code === "READ_THROTTLED";
    return isThrottled ? "READ_THROTTLED" : "NO_ANSWER";
  }
  const { errorCode, isUndecodable } = answer;
  if (errorCode === notAuthorized) return "NOT_AUTHORIZED";
  // With a stale offset, records were deleted by age after the offsets were read; this is not an error.
  if (errorCode !== 0 && errorCode !== staleOffset) return "NO_ANSWER";
  return isUndecodable ? "NOT_DECODED" : undefined;
}
