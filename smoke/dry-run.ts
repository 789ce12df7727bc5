import { writeDry } from "../kafka/dry-write.ts";
import type { NewestOfPartition, Search } from "../kafka/newest-of-each.ts";
import { keyOf } from "../kafka/place.ts";
import { isChecksumRefused } from "../kafka/protocol-error.ts";
import { patienceMs } from "./bisection.ts";
import { type Deadline, InterruptedError, leftMs, within } from "./deadline.ts";
import type { SmokeInput } from "./input.ts";
import { readNewest } from "./newest.ts";
import type { DryOutcome } from "./observed.ts";
import { PlainLeader } from "./plain-leader.ts";
import { RecordProducer, type Target } from "./produce.ts";
import type { TopicResult } from "./result.ts";

/** The share of the time that writing may take, as in a run that writes. */
const writingShare = 2 / 3;

/** Any record counts; only the last offsets may be transaction markers. */
const anyRecord: Search<Exclude<NewestOfPartition, Error>> = {
  find: ({ offset }) => ({ offset }),
  tries: [
    { offsets: 1n, bytes: 16 * 1024 },
    { offsets: 2n, bytes: 16 * 1024 },
    { offsets: 1000n, bytes: 1024 * 1024 },
  ],
};

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
  const read = await readNewest(connection, stop.signal.aborted ? [] : places, anyRecord, {
    deadline,
    patience: within(deadline, patienceMs),
  });
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
