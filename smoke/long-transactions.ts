import { ignoreBrokerError, isBrokerError } from "../kafka/broker.ts";
import { readClockAhead } from "../kafka/cluster-clock.ts";
import type { Connection } from "../kafka/connection.ts";
import { type LiveCluster, readLiveCluster } from "../kafka/live-cluster.ts";
import { type OpenTransaction, readOpenTransactions } from "../kafka/open-transactions.ts";
import { keyOf, type Place } from "../kafka/place.ts";
import { producerKey, readTransactionStarts } from "../kafka/transaction-starts.ts";
import { boundBy, type Deadline, isOver, leftMs, OutOfTimeError, pause, within } from "./deadline.ts";
import type { LongTransaction } from "./finding.ts";
import type { SmokeInput } from "./input.ts";
import { type FoundTransactions, partitionsOf } from "./observed.ts";
import type { Written } from "./produce.ts";

/**
 * Shorter transactions are normal, in ms: Kafka Streams commits every 100 ms, and brokers abort the transactions of a producer
 * with the default `transaction.timeout.ms` after 60 s.
 */
export const longMs = 10_000;

/** How long looking may take, in ms, and as a share of the time left: a broker that hangs must not delay the others. */
const [longestMs, share] = [15_000, 1 / 3];

/** How long a leader may take to answer, and the pause before the next look, in ms. */
const [answerMs, pauseMs] = [3_000, 500];

/** A transaction that was open at the first look at its partition. */
type Tracked = OpenTransaction & {
  /** In `performance.now()` milliseconds. */
  readonly seenAt: number;
  /** When it began by the clock of its coordinator, in ms since 1970, and how long before that first look. */
  readonly sinceMs?: number | undefined;
  readonly ageMs?: number;
};

/** What is known so far. */
type Found = {
  readonly long: Tracked[];
  /** The partitions of which it is unknown, and which of them are worth another look. */
  unknown: readonly Place[];
  pending: readonly Place[];
};

/**
 * Finds the transactions that have been open for long on topics. If the coordinator of a transaction does not say when it
 * began, looks until the transaction has ended or has been open for long. If the leader of a partition that was written to
 * does not answer, asks again, or asks the new leader.
 * @param written the outcome of each topic's records
 * @returns by topic
 */
export async function findLongTransactions(
  { connection, cluster }: Pick<SmokeInput, "connection" | "cluster">,
  written: ReadonlyMap<string, Written>,
  deadline: Deadline,
): Promise<ReadonlyMap<string, FoundTransactions>> {
  const topics = [...cluster.topics.values()].filter(({ name }) => written.has(name));
  const places = topics.flatMap(({ name: topic, partitions }) =>
    partitions.map(({ partition }) => ({ topic, partition })),
  );
  const end = within(deadline, Math.min(longestMs, share * leftMs(deadline)));
  const found: Found = { long: [], unknown: places, pending: places };
  const sent = new Set([...written.values()].flatMap((own) => own.sent.map(keyOf)));
  const patient = { ...connection, timeoutMs: Math.min(connection.timeoutMs, answerMs) };
  const looking = look(patient, { topics, addresses: cluster.addresses }, { found, sent }, end);
  await boundBy(end, "the open transactions", looking).catch((error) => {
    if (!(error instanceof OutOfTimeError)) throw error;
  });
  const long = Map.groupBy(found.long, ({ topic }) => topic);
  const unknown = Map.groupBy(found.unknown, ({ topic }) => topic);
  return new Map(
    topics.map(({ name }) => [
      name,
      { long: byProducer(long.get(name) ?? []), unknown: partitionsOf(unknown.get(name) ?? []) },
    ]),
  );
}

/** Looks until it is known of each partition which transactions have been open for long. */
async function look(
  connection: Connection,
  known: Pick<LiveCluster, "topics" | "addresses">,
  { found, sent }: { found: Found; sent: ReadonlySet<string> },
  end: Deadline,
): Promise<void> {
  const tracked = new Map<string, readonly Tracked[]>();
  for (let cluster = known; ; cluster = await readAgain(connection, cluster, found.pending)) {
    const lookedAt = performance.now();
    const { open, unknown } = await readOpenTransactions(connection, cluster, found.pending);
    const unanswered = new Set(unknown.map(keyOf));
    const isOpen = new Set(open.map(idOf));
    const first = open.filter((one) => !tracked.has(keyOf(one)));
    const begun = Map.groupBy(await findStarts(connection, cluster, first), keyOf);
    for (const place of found.pending.filter((one) => !unanswered.has(keyOf(one)))) {
      // One that began after the first look is not long.
      const own = tracked.get(keyOf(place)) ?? begun.get(keyOf(place)) ?? [];
      const still = own.filter((one) => isOpen.has(idOf(one)));
      const isLong = ({ ageMs, seenAt }: Tracked) => (ageMs ?? lookedAt - seenAt) >= longMs;
      found.long.push(...still.filter(isLong));
      tracked.set(
        keyOf(place),
        still.filter((one) => one.ageMs === undefined && !isLong(one)),
      );
    }
    const asked = new Set(found.pending);
    found.unknown = found.unknown.filter((place) => {
      const key = keyOf(place);
      return !asked.has(place) || unanswered.has(key) || (tracked.get(key) ?? []).length > 0;
    });
    found.pending = found.unknown.filter(
      (place) => asked.has(place) && (!unanswered.has(keyOf(place)) || sent.has(keyOf(place))),
    );
    if (found.pending.length === 0 || isOver(end)) return;
    await pause(end, pauseMs);
  }
}

/** Identifies a transaction in a partition. */
const idOf = (one: OpenTransaction) => `${producerKey(one)}:${one.firstOffset}`;

/** Adds when transactions began, as far as their coordinators say. */
async function findStarts(
  connection: Connection,
  { addresses }: Pick<LiveCluster, "addresses">,
  open: readonly OpenTransaction[],
): Promise<Tracked[]> {
  if (open.length === 0) return [];
  const [starts, aheadMs] = await Promise.all([
    readTransactionStarts(connection, addresses, new Set(open.map(({ producerId }) => producerId))),
    readClockAhead(connection).catch(ignoreBrokerError),
  ]);
  const seenAt = performance.now();
  return open.map((one) => {
    const sinceMs = starts.get(producerKey(one));
    return {
      ...one,
      seenAt,
      ...(sinceMs !== undefined && { sinceMs }),
      // By this machine's clock alone, the age would be wrong.
      ...(sinceMs !== undefined && aheadMs !== undefined && { ageMs: Date.now() - aheadMs - sinceMs }),
    };
  });
}

async function readAgain<Known extends Pick<LiveCluster, "topics" | "addresses">>(
  connection: Connection,
  known: Known,
  places: readonly Place[],
): Promise<Known | LiveCluster> {
  return readLiveCluster(connection, [...new Set(places.map(({ topic }) => topic))]).catch((error) => {
    if (isBrokerError(error)) return known;
    throw error;
  });
}

function byProducer(open: readonly Tracked[]): LongTransaction[] {
  return [...Map.groupBy(open, ({ producerId }) => producerId)].map(([producerId, found]) => {
    const own = found.toSorted((a, b) => a.partition - b.partition);
    const since = own.flatMap(({ sinceMs }) => sinceMs ?? []);
    return {
      producerId: String(producerId),
      ...(since.length === own.length && { since: new Date(Math.min(...since)).toISOString() }),
      partitions: partitionsOf(own),
      firstOffsets: own.map(({ firstOffset }) => String(firstOffset)),
    };
  });
}
