import { nameBrokers } from "../../kafka/broker-wording.ts";
import { countOf, describeDuration, describeEstimate, describeSize } from "../../kafka/describe-value.ts";
import type { Move } from "../../kafka/moves.ts";

/** How far the copying of partitions is. */
export type CopyProgress = {
  readonly partitions: number;
  /** How many of them are complete. */
  readonly done: number;
  /** How much the brokers still have to copy; undefined if that is unknown. */
  readonly bytes?: number | undefined;
};

/** Sums up reassignments in progress, of this number of partitions at the beginning. */
export function sumUp(moves: readonly Move[], partitions: number): CopyProgress {
  const isKnown = moves.every(({ bytes }) => bytes !== undefined);
  const left = moves.reduce((sum, { bytes = 0, copied = 0 }) => sum + bytes - copied, 0);
  return { partitions, done: Math.max(0, partitions - moves.length), bytes: isKnown ? left : undefined };
}

/**
 * Describes how far the copying is: `Copying replicas: 2 of 6 partitions done, 41.2 MB to go, about 9 seconds left`.
 * @param since what there was to copy at the beginning, and how many ms ago that was
 */
export function describeProgress(
  { partitions, done, bytes }: CopyProgress,
  since: { readonly bytes?: number | undefined; readonly ms: number },
): string {
  const parts = [`Copying replicas: ${done} of ${countOf(partitions, "partition")} done`];
  if (bytes !== undefined) parts.push(`${describeSize(bytes)} to go`);
  const copied = (since.bytes ?? 0) - (bytes ?? 0);
  if (bytes && copied > 0) parts.push(`about ${describeEstimate((since.ms * bytes) / copied)} left`);
  return parts.join(", ");
}

/** Names what to check if nothing was copied for this time, in ms. */
export function describeStuck(moves: readonly Move[], ms: number): string {
  const brokers = [...new Set(moves.flatMap(({ adding }) => adding))].sort((a, b) => a - b);
  return (
    `For ${describeDuration(ms)}, nothing was copied to ${nameBrokers(brokers)}. Check ` +
    "that the brokers are up, and that the throttle is higher than what producers write to the topics."
  );
}
