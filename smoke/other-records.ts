import { UnreadError } from "../kafka/fetch-each.ts";
import type { Outcome, Search } from "../kafka/newest-of-each.ts";
import { keyOf } from "../kafka/place.ts";
import { isSmokeRecord, type OtherFormat, otherFormatOf } from "../kafka/record-format.ts";
import { type Deadline, leftMs, within } from "./deadline.ts";
import type { SmokeFinding } from "./finding.ts";
import type { SmokeInput } from "./input.ts";
import { readNewest } from "./newest.ts";

/** Why no JSON is to be written next to a topic's records: one is not JSON, or they were not read in time. */
export type OtherRecords = Extract<SmokeFinding, { code: "RECORDS_NOT_JSON" | "RECORDS_UNKNOWN" }>;

/** The newest record of a partition that is not from the suite, and its format, unless that is JSON. */
type Foreign = { readonly offset: bigint; readonly observed: OtherFormat | undefined };

/** The suite's own records, tombstones and transaction markers say nothing: those before them are read, as far as this. */
const foreignRecord: Search<Foreign> = {
  find: (record) => {
    const { offset, value } = record;
    if (value === null || value.length === 0 || isSmokeRecord(record)) return undefined;
    return { offset, observed: otherFormatOf(value) };
  },
  tries: [
    { offsets: 2n, bytes: 16 * 1024, isWhole: true },
    { offsets: 20n, bytes: 64 * 1024 },
  ],
};

/** How long looking may take, in ms, and as a share of the time left: a broker that hangs must not delay the others. */
const [longestMs, share] = [5_000, 1 / 8];

/**
 * Finds the topics to which the suite must not write. Either the newest record of a partition, other than the suite's own,
 * is not JSON, so consumers may fail on the suite's JSON; or a leader that answers did not return the newest records in
 * time. Records that cannot be read for another reason do not count: the checks of the records report why.
 * @param names of the topics to look at
 * @returns why not to write to these topics, by topic
 */
export async function findOtherRecords(
  { connection, cluster: { topics, addresses } }: Pick<SmokeInput, "connection" | "cluster">,
  names: ReadonlySet<string>,
  deadline: Deadline,
): Promise<ReadonlyMap<string, OtherRecords>> {
  const end = within(deadline, Math.min(longestMs, share * leftMs(deadline)));
  const looked = [...topics.values()].filter(({ name }) => names.has(name));
  const placesOf = ({ name, partitions }: (typeof looked)[number]) =>
    partitions.map(({ partition }) => ({ topic: name, partition }));
  const newest = await readNewest(connection, looked.flatMap(placesOf), foreignRecord, {
    deadline: end,
    patience: end,
    cluster: { topics: looked, addresses },
  });
  // After an interruption, nothing is written anyway.
  if (deadline.signal?.aborted) return new Map();
  return new Map(
    looked.flatMap((topic) => {
      const own = placesOf(topic).map((place) => ({ ...place, outcome: newest.get(keyOf(place)) }));
      const finding = findOther(own);
      return finding ? [[topic.name, finding] as const] : [];
    }),
  );
}

type Looked = { readonly partition: number; readonly outcome: Outcome<Foreign> | undefined };

/** Finds why not to write to a topic. */
function findOther(partitions: readonly Looked[]): OtherRecords | undefined {
  for (const { partition, outcome } of partitions) {
    if (!outcome || outcome instanceof Error || outcome.offset === null || !outcome.observed) continue;
    const { offset, observed } = outcome;
    return { code: "RECORDS_NOT_JSON", partition, offset: String(offset), observed };
  }
  const unread = partitions.flatMap(({ partition, outcome }) =>
    outcome instanceof UnreadError ? [{ partition, code: outcome.code }] : [],
  );
  if (unread.length === 0) return undefined;
  const isThrottled = unread.some(({ code }) => code === "READ_THROTTLED");
  return {
    code: "RECORDS_UNKNOWN",
    partitions: unread.map(({ partition }) => partition),
    observed: isThrottled ? "READ_THROTTLED" : "TIMED_OUT",
  };
}
