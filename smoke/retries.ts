import { protocolNameOf } from "../kafka/error-chain.ts";
import { classifyFailure } from "../kafka/failure.ts";

/** Counts how often a run asks again. */
export class Retries {
  readonly #counts = new Map<string, number>();

  /** Counts a retry. @param name the error's name in the Kafka protocol, or the code of another failure */
  readonly count = (name: string): void => {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  };

  /** Counts a retry because of these errors, each kind once. */
  countAll(errors: readonly unknown[]): void {
    const names = errors.map((error) => protocolNameOf(error) ?? classifyFailure(error).code ?? "UNKNOWN");
    new Set(names).forEach(this.count);
  }

  /** The number of retries by error, the most frequent first. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].sort(([, one], [, other]) => other - one));
  }
}

/** `2 retries: NOT_LEADER_OR_FOLLOWER`; several errors each with their number. Nothing if there was no retry. */
export function describeRetries(counts: Readonly<Record<string, number>>): string[] {
  const entries = Object.entries(counts);
  const all = entries.reduce((sum, [, count]) => sum + count, 0);
  const errors = entries.map(([error, count]) => (entries.length === 1 ? error : `${error} (${count})`));
  return all === 0 ? [] : [`${all} ${all === 1 ? "retry" : "retries"}: ${errors.join(", ")}`];
}
