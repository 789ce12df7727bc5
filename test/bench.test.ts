import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { operations, readResults } from "../dev/bench/results.ts";
import { localFolder, root } from "../machine/paths.ts";
import { commandLineOf, listOwnProcesses } from "../machine/processes.ts";
import { listen } from "./listen.ts";
import { runProgram } from "./workspace.ts";

let out = "";
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), "kafka-topics-bench-"));
});
afterAll(() => rmSync(out, { recursive: true }));

const command = [join(root, "machine", "run.mjs"), "dev/bench/run.ts", "--quick"];

test("The benchmark measures each operation and its comparisons, and writes results, tables and pictures", async () => {
  const run = await runProgram("node", [...command, "--out", out], { cwd: root });
  expect(run).toMatchObject({ exitCode: 0 });
  expect(run.stderr).toMatch(/^About \d+ minutes on 2 cores/);

  const results = readResults(join(out, "results.json"));
  const cells = results?.cells ?? [];
  for (const operation of operations) {
    const columns = cells.filter((cell) => cell.operation === operation).map(({ column }) => column);
    expect(columns, operation).toContain("this program");
    // A review is compared with its preview, and a start is not compared with anything.
    if (operation !== "review" && operation !== "start unchanged")
      expect(columns.length, operation).toBeGreaterThan(1);
  }
  for (const { operation, durationsMs } of cells) expect(durationsMs[0], operation).toBeGreaterThan(0);
  expect(results?.loads).toMatchObject([{ topics: 2, partitions: 1, replicationFactor: 1 }]);
  expect(results?.scale).toMatchObject([{ topics: 3 }]);

  const report = readFileSync(join(out, "report.md"), "utf8");
  expect(report).toMatch(/^\| smoke \| the bare protocol \| [\d.]+ × \|$/m);
  for (const name of ["cost", "throughput", "scale-growth"])
    expect(readFileSync(join(out, `${name}.svg`), "utf8"), name).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
}, 600_000);

test("Ctrl-C ends the benchmark's brokers, and keeps what was measured", async () => {
  const child = spawn("node", [...command, "--only", "smoke", "--out", out], { cwd: root });
  const { printed, ended, said } = listen(child);
  await printed(/3 brokers at .*\n/);
  const isBroker = (commandLine: string) =>
    commandLine.includes("kafka.Kafka") && commandLine.includes(join(localFolder, "bench"));
  const brokers = listOwnProcesses().filter(({ commandLine }) => isBroker(commandLine));
  expect(brokers).toHaveLength(3);
  child.kill("SIGINT");
  expect(await ended).toBe(130);
  expect(said()).toContain("Interrupted. What was measured before is kept.");
  const remaining = () => brokers.filter(({ pid }) => isBroker(commandLineOf(pid)));
  // A killed process takes a moment to end.
  await expect.poll(remaining, { timeout: 5_000 }).toEqual([]);
}, 120_000);
