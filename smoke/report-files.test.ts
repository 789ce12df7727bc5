import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { root } from "../machine/paths.ts";
import { hideSecrets } from "../machine/secrets.ts";
import { removeReport, startJunit, writeReport } from "./report-files.ts";
import type { Results } from "./result.ts";

const results: Results = {
  version: 1,
  stack: "dev",
  run: "smoke-1",
  startedAt: "2026-01-31T09:30:00.000Z",
  durationMs: 6000,
  brokers: [1],
  totals: { passed: 0, warning: 0, failed: 0, skipped: 0, records: 0, dryRuns: 0 },
  retries: {},
  leftovers: [],
  topics: [],
};
const deadline = { at: performance.now() + 60_000 };

let parent: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "kafka-topics-report-"));
});

afterEach(() => rmSync(parent, { recursive: true }));

test("junit.xml has a case for each topic and group of checks, with the cause of a failure", async () => {
  const exists = { group: "definition", name: "exists", expected: "on the cluster" } as const;
  const leaders = { group: "replicas", name: "leaders", expected: "all", observed: "all" } as const;
  const topic = { mode: "produce", partitions: 1, replicationFactor: 1, partitionResults: [] } as const;
  const gone = { ...exists, observed: "gone", verdict: "failed", cause: "it was <deleted><\udc00" } as const;
  const topics: Results["topics"] = [
    { ...topic, topic: "orders", verdict: "failed", checks: [gone, { ...leaders, verdict: "passed" }] },
    { ...topic, topic: "left-out", mode: "off", reason: "of another team", verdict: "skipped", checks: [] },
  ];
  const junit = startJunit();
  expect(await writeReport({ ...results, topics }, junit, deadline, parent)).toEqual([]);
  junit.cancel();
  const xml = readFileSync(join(parent, "smoke-report", "junit.xml"), "utf8");
  expect([...xml.matchAll(/<testcase .* name="([^"]*)"/g)].map(([, name]) => name)).toEqual([
    "orders &gt; definition",
    "orders &gt; replicas",
    "left-out &gt; smoke is off",
  ]);
  expect(xml).toContain("exists: expected on the cluster, observed gone: it was &lt;deleted&gt;");
  expect(xml.match(/<failure /g)).toHaveLength(1);
  expect(xml.replaceAll(/&(amp|apos|gt|lt|quot);/g, "")).not.toContain("&");
}, 60_000);

test("Only this user can read the report, and neither it nor the job summary contains a secret", async () => {
  const secret = 'p@ss "word"';
  hideSecrets([secret]);
  const check = { group: "definition", name: "exists", expected: "on the cluster" } as const;
  const cause = `the server refused ${secret}`;
  const topic = { mode: "produce", partitions: 1, replicationFactor: 1, partitionResults: [] } as const;
  const checks = [{ ...check, observed: "gone", verdict: "failed", cause } as const];
  const topics: Results["topics"] = [{ ...topic, topic: "orders", verdict: "failed", checks }];
  const summary = join(parent, "summary.md");
  vi.stubEnv("GITHUB_STEP_SUMMARY", summary);
  const junit = startJunit();
  expect(await writeReport({ ...results, topics }, junit, deadline, parent)).toEqual([]);
  junit.cancel();
  vi.unstubAllEnvs();
  const folder = join(parent, "smoke-report");
  const files = readdirSync(folder).map((name) => join(folder, name));
  expect(files).toHaveLength(4);
  for (const file of [...files, summary]) expect(readFileSync(file, "utf8")).toContain("[secret]");
  for (const file of [...files, summary]) expect(readFileSync(file, "utf8")).not.toContain("p@ss");
  for (const file of files) expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
}, 60_000);

test("A report that cannot be written is reported in one line, and does not throw", async () => {
  // Not even root can create a folder there.
  const junit = startJunit();
  const [line, ...more] = await writeReport(results, junit, deadline, join(parent, "no-such-folder"));
  junit.cancel();
  expect(line).toContain("smoke-report/ could not be written: ENOENT");
  expect(more).toEqual([]);
});

test("Runs that end at the same time replace each other's report, and the last one remains", async () => {
  const script = `
    const { mkdirSync, writeFileSync } = await import("node:fs");
    const { replaceFolder } = await import("./smoke/report-files.ts");
    for (let at = 0; at < 300; at++) {
      const own = process.argv[1] + "-" + process.pid;
      mkdirSync(own);
      writeFileSync(own + "/results.json", "{}");
      replaceFolder(process.argv[1], own);
    }`;
  const folder = join(parent, "smoke-report");
  const args = ["--input-type=module-typescript", "--eval", script, folder];
  const runs = Array.from({ length: 3 }, () => spawn(process.execPath, args, { cwd: root }));
  const exitCodes = await Promise.all(runs.map(async (run) => (await once(run, "exit"))[0]));
  expect(exitCodes).toEqual([0, 0, 0]);
  expect(readdirSync(parent)).toEqual(["smoke-report"]);
}, 60_000);

test("A killed run's unfinished report is removed; a running run's and unrelated folders stay", async () => {
  const ended = spawn("true");
  await once(ended, "exit");
  const names = [`smoke-report-${ended.pid}`, `smoke-report-${process.pid}`, "smoke-report-of-may"];
  for (const name of ["smoke-report", ...names]) {
    mkdirSync(join(parent, name));
    writeFileSync(join(parent, name, "results.json"), "{}");
  }
  expect(removeReport(parent)).toBe(true);
  expect(readdirSync(parent).sort()).toEqual(names.slice(1).sort());
  expect(existsSync(join(parent, "smoke-report-of-may", "results.json"))).toBe(true);
});
