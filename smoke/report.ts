import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Reporter, TestModule } from "vitest/node";
import type { TopicResult } from "./result.ts";

/** `smoke-report/results.json`. */
export type Results = {
  /** Of this format; a change that breaks readers raises it. */
  readonly version: 1;
  readonly stack: string;
  /** ISO 8601, in UTC. */
  readonly startedAt: string;
  readonly topics: readonly TopicResult[];
};

/** Collects what the tests found out and writes it to `results.json`. */
export class ResultsReporter implements Reporter {
  results: Results;
  readonly #folder: string;

  constructor(folder: string, stack: string) {
    this.#folder = folder;
    this.results = { version: 1, stack, startedAt: new Date().toISOString(), topics: [] };
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const topics = tests.flatMap((test) => test.meta().result ?? []);
    this.results = { ...this.results, topics };
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(join(this.#folder, "results.json"), `${JSON.stringify(this.results, null, 2)}\n`);
  }
}
