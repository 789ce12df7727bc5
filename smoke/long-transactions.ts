import { readOpenTransactions } from "../kafka/open-transactions.ts";
import { boundBy, type Deadline, leftMs, OutOfTimeError, within } from "./deadline.ts";
import type { LongTransaction } from "./finding.ts";
import type { SmokeInput } from "./input.ts";

/**
 * Shorter transactions are normal, in ms: Kafka Streams commits every 100 ms, and brokers abort the transactions of a producer
 * with the default `transaction.timeout.ms` after 60 s.
 */
export const longMs = 10_000;

/** How long looking may take, in ms, and as a share of the time left: a broker that hangs must not delay the others. */
const [longestMs, share] = [5_000, 1 / 8];

/**
 * Finds the transactions that have been open for long on topics.
 * @param names of the topics
 * @returns by topic, for each producer; without the topics of which that is unknown
 */
export async function findLongTransactions(
  { connection, cluster }: Pick<SmokeInput, "connection" | "cluster">,
  names: ReadonlySet<string>,
  deadline: Deadline,
): Promise<ReadonlyMap<string, readonly LongTransaction[]>> {
  const topics = [...cluster.topics.values()].filter(({ name }) => names.has(name));
  const end = within(deadline, Math.min(longestMs, share * leftMs(deadline)));
  const reading = readOpenTransactions(connection, { topics, addresses: cluster.addresses });
  const found = await boundBy(end, "the open transactions", reading).catch((error) => {
    if (!(error instanceof OutOfTimeError)) throw error;
  });
  if (!found) return new Map();
  const isLong = ({ sinceMs }: { sinceMs: number }) => Date.now() - sinceMs >= longMs;
  const byTopic = Map.groupBy(found.open.filter(isLong), ({ topic }) => topic);
  const known = topics.filter(({ name }) => !found.unknown.has(name) || byTopic.has(name));
  return new Map(
    known.map(({ name }) => {
      const byProducer = Map.groupBy(byTopic.get(name) ?? [], ({ producerId }) => producerId);
      return [
        name,
        [...byProducer].map(([producerId, own]) => ({
          producerId: String(producerId),
          since: new Date(Math.min(...own.map(({ sinceMs }) => sinceMs))).toISOString(),
          partitions: own.map(({ partition }) => partition).sort((a, b) => a - b),
        })),
      ];
    }),
  );
}
