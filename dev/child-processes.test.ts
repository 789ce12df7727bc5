import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../machine/paths.ts";

const files = globSync("{dev,github,infra,kafka,machine,ops,pulumi,smoke}/**/*.{ts,mjs}", {
  cwd: root,
}).filter((file) => !file.endsWith(".test.ts"));
const read = (file: string) => readFileSync(join(root, file), "utf8");

/** They start programs with an environment of their own, as the next test checks; all other files use `runTool`. */
const starting = [
  "dev/bench/columns/terraform.ts",
  "dev/bench/machine.ts",
  "dev/bench/run-measured.ts",
  "dev/cluster/broker.ts",
  "dev/cluster/certificates.ts",
  "infra/evaluate-catalogue.ts",
  "machine/forward-signals.mjs",
  "machine/lock.mjs",
  "machine/processes.ts",
  "machine/run.mjs",
  "machine/toolchain/class-archive.ts",
  "machine/toolchain/run-tool.ts",
];

test("No other file imports what starts programs, under whatever name", () => {
  expect(files.filter((file) => /child_process|node:cluster/.test(read(file))).sort()).toEqual(starting);
});

test("Every program is started with an environment of its own, because the default is this process's, with its secrets", () => {
  const calls = starting.flatMap((file) =>
    [...read(file).matchAll(/(?<!function )\b(?:spawn|execFile|fork)(?:Sync)?\(.{0,700}?\);/gs)].map(
      ([call]) => [file, call],
    ),
  );
  expect(calls.length).toBeGreaterThan(9);
  expect(calls.filter(([, call = ""]) => !/\benv\b|\boptions\b/.test(call))).toEqual([]);
});

test("Only these files pass the whole environment on: to the command, the tests, the engine and measured commands", () => {
  const passing = files.filter((file) =>
    /\.\.\.process\.env|env: process\.env|env = process\.env/.test(read(file)),
  );
  expect(passing.sort()).toEqual(["dev/bench/columns/this-program.ts", "dev/test.ts", "machine/run.mjs"]);
});
