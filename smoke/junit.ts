import { text } from "node:stream/consumers";
import { createVitest } from "vitest/node";
import { root } from "../machine/paths.ts";
import type { Results } from "./result.ts";

// Prints the results that it reads from standard input as junit.xml. Runs in a separate process, because Vitest ends
// its process at the first Ctrl-C, before the suite could clean up and report.

const vitest = await createVitest("test", {
  root,
  config: false,
  include: ["smoke/junit-cases.ts"],
  watch: false,
  // A stack without topics has nothing that can fail.
  passWithNoTests: true,
  pool: "threads",
  isolate: false,
  // The tests only report past results: a timer for each would only take time.
  testTimeout: 0,
  reporters: [["junit", { stdout: true }]],
});
// Vitest starts while the suite is still working. If the suite ends without results, nothing is written.
const input = await text(process.stdin);
if (input !== "") {
  // Vitest writes malformed XML for "<" and a lone surrogate.
  const { topics }: Results = JSON.parse(input, (_, value) =>
    typeof value === "string" ? value.toWellFormed() : value,
  );
  vitest.provide("topics", topics);
  await vitest.start();
}
await vitest.close();
const errors = vitest.state.getUnhandledErrors();
for (const error of errors) process.stderr.write(`${String(error)}\n`);
// A failed test stands for a failed topic, which the suite itself reports.
process.exitCode = errors.length > 0 ? 1 : 0;
