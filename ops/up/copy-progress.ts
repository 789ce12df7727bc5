import { nameBrokers, nameDown } from "../../kafka/broker-wording.ts";
import {
  capitalize,
  countOf,
  describeDuration,
  describeEstimate,
  describeSize,
} from "../../kafka/describe-value.ts";
import type { Move } from "../../kafka/moves.ts";
import { awaitedBy, describeAwaited } from "../../kafka/moving-topics.ts";

/** After this time without progress, no time left is estimated. */
const stillMs = 10_000;
/** After this time without progress, the likely reasons are named. */
const stuckMs = 120_000;
/** How long nothing may be copied while copies wait for a broker that is down. */
const downMs = 300_000;

/** How far copies are at a moment. */
type Amounts = {
  /** How many partitions are complete. */
  readonly done: number;
  /** How much the brokers have copied of the others. */
  readonly copied: number;
  /** How much they still have to copy; undefined if that is unknown. */
  readonly left: number | undefined;
};

/** What to report about copies at a moment. */
export type CopyReport = {
  /** `Copying replicas: 2 of 6 partitions done, 41.2 MB to go, about 9 seconds left`. */
  readonly line: string;
  /** What has changed since the last moment, a sentence or more in each. */
  readonly remarks: readonly string[];
  /** Why nobody should wait any longer. */
  readonly failure?: string;
};

/** Follows the copying of partitions. Times are in ms, from any origin. */
export class CopyProgress {
  readonly #partitions: number;
  #last: Amounts = { done: 0, copied: 0, left: undefined };
  #down: readonly number[] = [];
  /** Since when nothing was copied, and whether the likely reasons were named. */
  #still: { readonly since: number; readonly isExplained: boolean };
  /** Where the speed is measured from. */
  #from: { readonly left: number | undefined; readonly at: number } | undefined;

  /** @param partitions how many there are at the beginning */
  constructor(partitions: number, now: number) {
    this.#partitions = partitions;
    this.#still = { since: now, isExplained: false };
  }

  /** @param moves the reassignments that are still in progress */
  follow(moves: readonly Move[], now: number): CopyReport {
    const amounts = sumUp(moves, this.#partitions);
    const down = awaitedBy(moves);
    const remarks = describeChange(this.#down, down);
    const isAhead = amounts.done > this.#last.done || amounts.copied > this.#last.copied;
    if (isAhead || remarks.length > 0) this.#still = { since: now, isExplained: false };
    // The time without a broker says nothing about the speed with it.
    if (this.#from?.left === undefined || down.length > 0 || remarks.length > 0)
      this.#from = { left: amounts.left, at: now };
    this.#last = amounts;
    this.#down = down;
    const stillFor = now - this.#still.since;
    if (down.length === 0 && stillFor >= stuckMs && !this.#still.isExplained) {
      this.#still = { ...this.#still, isExplained: true };
      remarks.push(describeStuck(moves));
    }
    return {
      line: this.#describe(amounts, now),
      remarks,
      ...(down.length > 0 && stillFor >= downMs && { failure: describeFailure(down) }),
    };
  }

  #describe({ done, left }: Amounts, now: number): string {
    const parts = [`Copying replicas: ${done} of ${countOf(this.#partitions, "partition")} done`];
    if (left !== undefined) parts.push(`${describeSize(left)} to go`);
    const { left: before = 0, at = now } = this.#from ?? {};
    const copied = before - (left ?? 0);
    if (left && copied > 0 && now - this.#still.since < stillMs)
      parts.push(`about ${describeEstimate(((now - at) * left) / copied)} left`);
    return parts.join(", ");
  }
}

function sumUp(moves: readonly Move[], partitions: number): Amounts {
  const isKnown = moves.every(({ bytes }) => bytes !== undefined);
  const total = (key: "bytes" | "copied") => moves.reduce((sum, move) => sum + (move[key] ?? 0), 0);
  const copied = total("copied");
  const left = isKnown ? total("bytes") - copied : undefined;
  return { done: Math.max(0, partitions - moves.length), copied, left };
}

/** Names the brokers for which copies now wait, or no longer wait: these are up again, or others have the same replicas. */
function describeChange(before: readonly number[], after: readonly number[]): string[] {
  const gone = after.filter((id) => !before.includes(id));
  const back = before.filter((id) => !after.includes(id));
  return [
    ...(gone.length > 0 ? [`${capitalize(describeAwaited(gone))}.`] : []),
    ...(back.length > 0 ? [`Copies no longer wait for ${nameBrokers(back)}.`] : []),
  ];
}

/** Names what to check if nothing was copied although all brokers are up. */
function describeStuck(moves: readonly Move[]): string {
  const brokers = [...new Set(moves.flatMap(({ adding }) => adding))].sort((a, b) => a - b);
  return (
    `Nothing has been copied to ${nameBrokers(brokers)} for ${describeDuration(stuckMs)}. Check the brokers' logs, and ` +
    "that the throttle is higher than what producers write to the topics."
  );
}

function describeFailure(down: readonly number[]): string {
  return `${capitalize(nameDown(down))}, and nothing has been copied for ${describeDuration(downMs)}.`;
}
