import { keyOf, type Place } from "../../kafka/place.ts";
import type { LeaderChange, WatchedPartition } from "./leader-watch.ts";
import type { PartitionLedger } from "./ledger.ts";

/** A period, in `performance.now()` milliseconds. */
export type Period = { readonly from: number; readonly to: number };

/** What happened to one partition during a step. */
export type PartitionImpact = Place & {
  readonly replicas: readonly number[];
  /** The brokers that led it, in order; null while it had no leader. */
  readonly leaders: readonly (number | null)[];
  /** Whether the controller found no replica that may lead it. */
  readonly wasOffline: boolean;
  /** The longest time without a leader. */
  readonly withoutLeaderMs: number;
  /** The longest time between two acknowledged records. */
  readonly withoutAcknowledgementMs: number;
  /** The fewest replicas that were in sync at any time. */
  readonly fewestInSync: number;
  /** How many attempts were refused, by reason. */
  readonly refused: Readonly<Record<string, number>>;
};

/** Derives what happened to each partition during a period from its leaders and records. */
export function findImpacts(
  period: Period,
  partitions: readonly WatchedPartition[],
  changes: ReadonlyMap<string, readonly LeaderChange[]>,
  ledgers: ReadonlyMap<string, PartitionLedger>,
): PartitionImpact[] {
  return partitions.map(({ topic, partition, replicas }) => {
    const key = keyOf({ topic, partition });
    const spans = spansWithin(period, changes.get(key) ?? []);
    const leaders = spans.map(({ leader }) => leader ?? null);
    const { acknowledged = [], refused = [] } = ledgers.get(key) ?? {};
    const reasons = refused.filter(({ at }) => isWithin(period, at)).map(({ reason }) => reason);
    return {
      topic,
      partition,
      replicas,
      leaders: leaders.filter((leader, at) => at === 0 || leader !== leaders[at - 1]),
      wasOffline: spans.some(({ isOffline }) => isOffline),
      withoutLeaderMs: longestWithoutLeader(spans),
      withoutAcknowledgementMs: longestGap(
        period,
        acknowledged.map(({ acknowledgedAt }) => acknowledgedAt),
      ),
      fewestInSync: Math.min(...spans.map(({ inSyncReplicas }) => inSyncReplicas.length)),
      refused: Object.fromEntries(
        [...Map.groupBy(reasons, (reason) => reason)].map(([reason, own]) => [reason, own.length]),
      ),
    };
  });
}

/** A leader, with the period in which it led. */
export type LeaderSpan = LeaderChange & Period;

/** Lists who led a partition during a period, without gaps. */
export function spansWithin(period: Period, changes: readonly LeaderChange[]): LeaderSpan[] {
  return changes
    .map((change, at) => ({
      ...change,
      from: Math.max(change.at, period.from),
      to: Math.min(changes[at + 1]?.at ?? period.to, period.to),
    }))
    .filter(({ from, to }) => from < to);
}

function isWithin({ from, to }: Period, at: number): boolean {
  return at >= from && at <= to;
}

function longestWithoutLeader(spans: readonly LeaderSpan[]): number {
  let [longest, current] = [0, 0];
  for (const { leader, from, to } of spans) {
    // A change of the in-sync replicas does not end the time without a leader.
    current = leader === undefined ? current + to - from : 0;
    longest = Math.max(longest, current);
  }
  return longest;
}

/** @param times in ascending order */
function longestGap(period: Period, times: readonly number[]): number {
  const inside = times.filter((at) => isWithin(period, at));
  // A gap that is open when the period begins counts from there.
  const moments = [period.from, ...inside, period.to];
  return Math.max(...moments.slice(1).map((at, index) => at - (moments[index] ?? at)));
}

/** Whether a leader refused an attempt because fewer replicas than `min.insync.replicas` were in sync. */
export function isTooFewReplicas(reason: string): boolean {
  return reason === "NOT_ENOUGH_REPLICAS" || reason === "NOT_ENOUGH_REPLICAS_AFTER_APPEND";
}
