import { messageOf } from "../../machine/errors.mjs";
import { type Journal, say } from "./journal.ts";
import type { Column, Operation } from "./results.ts";
import type { Measured } from "./run-measured.ts";

/** One way to perform an operation. */
export type Contestant = {
  readonly column: Column;
  /** Runs before each measured run, and is not measured. */
  readonly prepare?: () => Promise<unknown>;
  readonly run: () => Promise<Pick<Measured, "durationMs" | "memory">>;
};

/** An operation that takes longer than this is measured less often, so that the whole benchmark comes to an end. */
const longRunMs = 30_000;

/** How often a slow operation is measured. */
export const fewRuns = 3;

/** What has already run once: the first run fills caches that all later runs use, with any number of topics. */
const warm = new Set<string>();

/**
 * Measures all ways to perform an operation in turn, so that a temporary slowdown of the machine affects all of them.
 */
export async function compare(
  journal: Journal,
  { operation, topics, runs }: { operation: Operation; topics: number; runs: number },
  contestants: readonly Contestant[],
): Promise<void> {
  const measured = new Map<Contestant, Pick<Measured, "durationMs" | "memory">[]>();
  for (let run = 1; run <= runs; run++) {
    for (const contestant of contestants) {
      const { column } = contestant;
      const own = measured.get(contestant) ?? [];
      if (own.length >= fewRuns && own.every(({ durationMs }) => durationMs > longRunMs)) continue;
      const key = `${operation} ${column}`;
      const isWarm = warm.has(key) || runs === 1;
      warm.add(key);
      const outcome = await runOnce(contestant, isWarm).catch((error) => {
        // Another program's failure must not lose what was measured for an hour.
        if (column === "this program") throw error;
        say(`  ${operation}, ${topics} topics, run ${run} of ${runs}: ${column} failed: ${messageOf(error)}`);
      });
      if (!outcome) continue;
      measured.set(contestant, [...own, outcome]);
      const seconds = (outcome.durationMs / 1000).toFixed(2);
      say(`  ${operation}, ${topics} topics, run ${run} of ${runs}: ${seconds} s, ${column}`);
    }
  }
  for (const [{ column }, outcomes] of measured) {
    const memory = outcomes.flatMap(({ memory }) => memory ?? []);
    journal.recordCell({
      operation,
      column,
      topics,
      durationsMs: outcomes.map(({ durationMs }) => Math.round(durationMs)),
      treeMiB: memory.map(({ treeMiB }) => Math.round(treeMiB)),
      largestProcessMiB: memory.map(({ largestMiB }) => Math.round(largestMiB)),
      measuredAt: new Date().toISOString(),
    });
  }
}

async function runOnce({ prepare, run }: Contestant, isWarm: boolean): ReturnType<Contestant["run"]> {
  if (!isWarm) {
    await prepare?.();
    await run();
  }
  await prepare?.();
  return run();
}
