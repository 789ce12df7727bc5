import { keyOf, type Place } from "../../kafka/place.ts";
import type { PartitionLedger } from "./ledger.ts";

/** A record of the drill in a partition's log. */
export type LoggedRecord = { readonly sequence: number; readonly offset: bigint };

/** An acknowledged record that is not in the log, with the offset that the broker returned. */
export type LostRecord = LoggedRecord;

/** What the log of one partition holds of the records that were sent to it. */
export type PartitionVerdict = Place & {
  /** How many records the broker acknowledged. */
  readonly acknowledged: number;
  /** How many of them are in the log. */
  readonly readBack: number;
  readonly lost: readonly LostRecord[];
  /** Sequence numbers that the log holds more than once. */
  readonly duplicated: readonly number[];
  /** Sequence numbers that come after a higher one. */
  readonly reordered: readonly number[];
  /**
   * How many records are in the log although they were never acknowledged: allowed, because their outcome was unknown.
   */
  readonly unacknowledged: number;
};

/**
 * Compares the ledger with the records that were read from the partitions.
 * @param logs by `topic:partition`, each in offset order; records sent after the ledger was read are ignored
 */
export function verify(
  ledgers: readonly PartitionLedger[],
  logs: ReadonlyMap<string, readonly LoggedRecord[]>,
): PartitionVerdict[] {
  return ledgers.map((ledger) => verifyPartition(ledger, logs.get(keyOf(ledger)) ?? []));
}

function verifyPartition(
  { topic, partition, acknowledged, nextSequence }: PartitionLedger,
  log: readonly LoggedRecord[],
): PartitionVerdict {
  const expected = new Map(
    acknowledged.flatMap(({ sequence, offset, records }) =>
      Array.from({ length: records }, (_, at) => [sequence + at, offset + BigInt(at)] as const),
    ),
  );
  const seen = new Set<number>();
  const duplicated = new Set<number>();
  const reordered: number[] = [];
  let highest = -1;
  for (const { sequence } of log) {
    if (sequence >= nextSequence) continue;
    if (seen.has(sequence)) duplicated.add(sequence);
    else if (sequence < highest) reordered.push(sequence);
    seen.add(sequence);
    highest = Math.max(highest, sequence);
  }
  const lost = [...expected].flatMap(([sequence, offset]) =>
    seen.has(sequence) ? [] : [{ sequence, offset }],
  );
  return {
    topic,
    partition,
    acknowledged: expected.size,
    readBack: expected.size - lost.length,
    lost,
    duplicated: [...duplicated],
    reordered,
    unacknowledged: [...seen].filter((sequence) => !expected.has(sequence)).length,
  };
}

/** Removes from a verdict what an earlier one already reported. */
export function since(known: PartitionVerdict | undefined, verdict: PartitionVerdict): PartitionVerdict {
  if (!known) return verdict;
  const lost = new Set(known.lost.map(({ sequence }) => sequence));
  return {
    ...verdict,
    lost: verdict.lost.filter(({ sequence }) => !lost.has(sequence)),
    duplicated: verdict.duplicated.filter((sequence) => !known.duplicated.includes(sequence)),
    reordered: verdict.reordered.filter((sequence) => !known.reordered.includes(sequence)),
  };
}
