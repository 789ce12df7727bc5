import type { Connection } from "../kafka/connection.ts";
import { writeDry } from "../kafka/dry-write.ts";
import { isRetriable } from "../kafka/error-chain.ts";
import { readLiveCluster } from "../kafka/live-cluster.ts";
import { type NewestOfPartition, readNewestOfEach } from "../kafka/newest-of-each.ts";
import { keyOf, type Place } from "../kafka/place.ts";
import { isChecksumRefused } from "../kafka/protocol-error.ts";
import { isUnexpected } from "../machine/command.ts";
import { patienceMs } from "./bisection.ts";
import { boundBy, type Deadline, InterruptedError, isOver, leftMs, pause, within } from "./deadline.ts";
import type { SmokeInput } from "./input.ts";
import type { DryOutcome } from "./observed.ts";
import { PlainLeader } from "./plain-leader.ts";
import { RecordProducer, type Target } from "./produce.ts";
import type { TopicResult } from "./result.ts";

/** The share of the time that writing may take, as in a run that writes. */
const writingShare = 2 / 3;

/** The pause before partitions whose leader did not answer are read again. */
const pauseMs = 500;

/**
 * Finds out whether each partition of these targets would accept a record, and reads its newest one. Writes nothing, and needs
 * no consumer group. Stops as soon as a leader appends what it had to reject.
 * @returns the outcomes by topic
 */
export async function runDry(
  { connection, cluster, retries }: Pick<SmokeInput, "connection" | "cluster" | "retries">,
  targets: readonly Target[],
  deadline: Deadline,
): Promise<Map<string, DryOutcome>> {
  const stop = new AbortController();
  const writing = within(deadline, writingShare * leftMs(deadline));
  const signals = [stop.signal, ...(deadline.signal ? [deadline.signal] : [])];
  // If a record lands, nothing more is sent to any broker.
  const sending = { write: writeDry, deadline: writing, onLanded: () => stop.abort() };
  const producer = new RecordProducer(
    connection,
    {},
    retries,
    (leader) => new PlainLeader(connection, leader, sending),
  );
  const written = await producer.sendRecords(targets, cluster, {
    at: writing.at,
    signal: AbortSignal.any(signals),
  });
  const tried = targets.map(({ topic, partitions }) => {
    const { sent = [], errors = new Map<number, Error>() } = written.get(topic) ?? {};
    const refused = new Map([...errors].filter(([, error]) => !isChecksumRefused(error)));
    return {
      topic,
      refused,
      appended: sent.map(({ partition, offset }) => ({ partition, offset })),
      isStopped:
        stop.signal.aborted && [...refused.values()].some((error) => error instanceof InterruptedError),
      proven: partitions.filter((partition) => isChecksumRefused(errors.get(partition))),
    };
  });
  const places = tried.flatMap(({ topic, proven }) => proven.map((partition) => ({ topic, partition })));
  const read = await readNewest(connection, stop.signal.aborted ? [] : places, deadline);
  return new Map(
    tried.map(({ topic, proven, ...outcome }) => {
      const newest = proven.flatMap((partition) => {
        const one = read.get(keyOf({ topic, partition }));
        return one ? [[partition, one] as const] : [];
      });
      return [topic, { ...outcome, newest: new Map(newest) }];
    }),
  );
}

/** Reads the newest records from the current leaders, for a while again if a leader does not answer. */
async function readNewest(
  connection: Connection,
  places: readonly Place[],
  deadline: Deadline,
): Promise<Map<string, NewestOfPartition>> {
  const newest = new Map<string, NewestOfPartition>();
  const patience = within(deadline, patienceMs);
  for (let pending = places; pending.length > 0; await pause(patience, pauseMs)) {
    const asked = pending;
    const names = [...new Set(asked.map(({ topic }) => topic))];
    const reading = readLiveCluster(connection, names).then((cluster) =>
      readNewestOfEach(connection, cluster, asked),
    );
    const read = await boundBy(deadline, "the newest records", reading).catch((error: Error) => {
      if (isUnexpected(error)) throw error;
      return new Map(asked.map((place) => [keyOf(place), error]));
    });
    for (const [key, one] of read) newest.set(key, one);
    if (isOver(patience)) break;
    pending = asked.filter((place) => isRetriable(newest.get(keyOf(place))));
  }
  return newest;
}

/** Adds the outcome of a dry run to the partitions of a topic's result. */
export function addDryRun(result: TopicResult, { refused, appended, newest }: DryOutcome): TopicResult {
  const landed = new Set(appended.map(({ partition }) => partition));
  const describe = (partition: number): { newest?: string; failure?: string } => {
    const one = newest.get(partition);
    if (landed.has(partition)) return { failure: "appended" };
    if (refused.has(partition)) return { failure: "refused" };
    if (one instanceof Error) return { failure: "newest record not read" };
    return one ? { newest: one.offset === null ? "empty" : String(one.offset) } : {};
  };
  return {
    ...result,
    partitionResults: result.partitionResults.map((one) => ({ ...one, ...describe(one.partition) })),
  };
}
