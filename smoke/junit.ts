import { text } from "node:stream/consumers";
import { createVitest } from "vitest/node";
import { root } from "../machine/paths.ts";
import type { Results } from "./result.ts";

// Prints the results that it reads from standard input as junit.xml. A process of its own, as Vitest ends the process that
// it runs in at the first Ctrl-C, and with it what the suite has yet to clean up and to say.

const vitest = await createVitest("test", {
  root,
  config: false,
  include: ["smoke/junit-cases.ts"],
  watch: false,
  // A stack without topics has nothing that could fail.
  passWithNoTests: true,
  pool: "threads",
  isolate: false,
  // What is tested has happened: a timer for each test would only take time.
  testTimeout: 0,
  reporters: [["junit", { stdout: true }]],
});
// Vitest has started by the time the suite has results; one that ends without any writes nothing.
const input = await text(process.stdin);
if (input !== "") {
  const { topics }: Results = JSON.parse(input);
  vitest.provide("topics", topics);
  await vitest.start();
}
await vitest.close();
const errors = vitest.state.getUnhandledErrors();
for (const error of errors) process.stderr.write(`${String(error)}\n`);
// A failed test is a topic's, and the suite's to tell.
process.exitCode = errors.length > 0 ? 1 : 0;
