import { rmSync } from "node:fs";
import { join } from "node:path";
import { startVitest } from "vitest/node";
import { root } from "../dev/places.ts";
import { type Results, ResultsReporter } from "./report.ts";
import type { SmokeInput } from "./setup.ts";

const reportFolder = join(root, "smoke-report");

/** An earlier run's report must not stand for a run that could not start. */
export function removeReport(): void {
  rmSync(reportFolder, { recursive: true, force: true });
}

/**
 * Runs the suite in this process, shows it as Vitest does and writes the report.
 * @returns what it found out, and whether every topic passed
 */
export async function runSuite(input: SmokeInput): Promise<{ passed: boolean; results: Results }> {
  const reporter = new ResultsReporter(reportFolder, input.stack);
  const { exitCode } = process;
  const vitest = await startVitest("test", [], {
    root,
    config: false,
    include: ["smoke/topics.smoke.ts"],
    watch: false,
    // A stack without topics has nothing that could fail.
    passWithNoTests: true,
    // kafkajs computes a delay below zero, which Node remarks on; the worker does not inherit the flag.
    execArgv: ["--disable-warning=TimeoutNegativeWarning"],
    provide: { smoke: input },
    reporters: ["verbose", "junit", ...(process.env.GITHUB_ACTIONS ? ["github-actions"] : []), reporter],
    outputFile: { junit: join(reportFolder, "junit.xml") },
  });
  await vitest.close();
  const passed = vitest.state.getCountOfFailedTests() === 0 && vitest.state.getUnhandledErrors().length === 0;
  // Vitest sets it too; what a failed topic means is the caller's to say.
  process.exitCode = exitCode;
  return { passed, results: reporter.results };
}
