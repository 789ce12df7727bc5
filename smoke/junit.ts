import { readFileSync } from "node:fs";
import { Writable } from "node:stream";
import { startVitest } from "vitest/node";
import { root } from "../machine/paths.ts";
import type { Results } from "./result.ts";

// Writes junit.xml: node junit.ts RESULTS-FILE JUNIT-FILE. A process of its own, as Vitest ends the process that
// it runs in at the first Ctrl-C, and with it what the suite has yet to clean up and to say.

const [resultsFile = "", junitFile = ""] = process.argv.slice(2);
const { topics }: Results = JSON.parse(readFileSync(resultsFile, "utf8"));
const vitest = await startVitest(
  "test",
  [],
  {
    root,
    config: false,
    include: ["smoke/junit-cases.ts"],
    watch: false,
    provide: { topics },
    // A stack without topics has nothing that could fail.
    passWithNoTests: true,
    pool: "threads",
    isolate: false,
    reporters: ["junit"],
    outputFile: { junit: junitFile },
  },
  {},
  { stdout: new Writable({ write: (_chunk, _encoding, done) => done() }) },
);
await vitest.close();
const errors = vitest.state.getUnhandledErrors();
for (const error of errors) process.stderr.write(`${String(error)}\n`);
// A failed test is a topic's, and the suite's to tell.
process.exit(errors.length > 0 ? 1 : 0);
