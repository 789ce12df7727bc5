import { type NewestRecord, readNewestRecords } from "../kafka/newest-records.ts";
import { isSmokeRecord, type OtherFormat, otherFormatOf } from "../kafka/record-format.ts";
import { boundBy, type Deadline, leftMs, OutOfTimeError, within } from "./deadline.ts";
import type { SmokeInput } from "./input.ts";

/** A record that is not JSON. */
export type OtherRecord = {
  readonly partition: number;
  /** A 64-bit number, as a string. */
  readonly offset: string;
  readonly observed: OtherFormat;
};

/** The last offset of a partition may be a transaction marker. */
const offsets = 2n;

/** How long looking may take, in ms, and as a share of the time left: a broker that hangs must not delay the others. */
const [longestMs, share] = [5_000, 1 / 8];

/**
 * Finds topics whose newest records are neither JSON nor the suite's own, so that the consumers may fail on the suite's JSON.
 * The newest record with a value of each partition counts; one that is JSON is enough. What cannot be read contradicts
 * nothing: the checks of the records report why.
 * @param names of the topics to look at
 * @returns one such record for each of these topics, by topic
 */
export async function findOtherRecords(
  { connection, cluster: { topics, addresses } }: Pick<SmokeInput, "connection" | "cluster">,
  names: ReadonlySet<string>,
  deadline: Deadline,
): Promise<ReadonlyMap<string, OtherRecord>> {
  if (names.size === 0) return new Map();
  const newest = new Map<string, NewestRecord & { readonly observed: OtherFormat | undefined }>();
  const end = within(deadline, Math.min(longestMs, share * leftMs(deadline)));
  const reading = readNewestRecords(
    connection,
    { topics: [...topics.values()], addresses },
    names,
    (record) => {
      const { topic, partition, offset, value } = record;
      if (value === null || value.length === 0) return isSmokeRecord(record);
      const key = `${topic}:${partition}`;
      const observed = isSmokeRecord(record) ? undefined : otherFormatOf(value);
      if (offset >= (newest.get(key)?.offset ?? 0n)) newest.set(key, { ...record, observed });
      return true;
    },
    { offsets, timeoutMs: leftMs(end) },
  );
  await boundBy(end, "the newest records", reading).catch((error) => {
    if (!(error instanceof OutOfTimeError)) throw error;
  });
  const byTopic = Map.groupBy(newest.values(), ({ topic }) => topic);
  return new Map(
    [...byTopic].flatMap(([topic, records]) => {
      const [first] = records;
      if (!first?.observed || records.some(({ observed }) => observed === undefined)) return [];
      const { partition, offset, observed } = first;
      return [[topic, { partition, offset: String(offset), observed }] as const];
    }),
  );
}
