import { messageOf } from "../../machine/errors.mjs";
import type { Trial } from "./trial.ts";

/** What is tried on each version of Kafka, in this order, as the table names it. */
export const operations = [
  { title: "start three brokers", run: (trial: Trial) => trial.start() },
  { title: "preview, review", run: (trial: Trial) => trial.preview() },
  { title: "up: create topics, adopt one", run: (trial: Trial) => trial.update() },
  { title: "smoke", run: (trial: Trial) => trial.smoke() },
  { title: "drift", run: (trial: Trial) => trial.drift() },
  { title: "adopt all into an empty catalogue, up", run: (trial: Trial) => trial.adopt() },
  { title: "change partitions and configs", run: (trial: Trial) => trial.change() },
  { title: "smoke with a dead broker, and after its restart", run: (trial: Trial) => trial.survive() },
] as const;

/** What became of an operation. */
export type Outcome = {
  readonly title: string;
  readonly durationMs: number;
  /** Why it failed. */
  readonly failure?: string;
};

/** Tries the operations one after the other, up to the first that fails. */
export async function tryOperations(trial: Trial, report: (outcome: Outcome) => void): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { title, run } of operations) {
    const start = performance.now();
    let failure: string | undefined;
    try {
      await run(trial);
    } catch (error) {
      failure = messageOf(error);
    }
    const durationMs = performance.now() - start;
    const outcome = { title, durationMs, ...(failure !== undefined && { failure }) };
    report(outcome);
    outcomes.push(outcome);
    if (failure !== undefined) break;
  }
  return outcomes;
}
