import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Journal } from "./journal.ts";
import { type Cell, readResults } from "./results.ts";

const folder = mkdtempSync(join(tmpdir(), "kafka-topics-journal-"));
afterAll(() => rmSync(folder, { recursive: true }));

const machine = {
  processor: "one",
  cores: 2,
  memoryGiB: 8,
  system: "linux",
  node: "24",
  java: "17",
  pulumi: "3",
  kafka: "4",
};

function makeCell(topics: number, ms: number): Cell {
  return {
    operation: "smoke",
    column: "this program",
    topics,
    durationsMs: [ms],
    treeMiB: [],
    largestProcessMiB: [],
    measuredAt: new Date(0).toISOString(),
  };
}

test("A new measurement replaces the old one, and later runs keep all others", () => {
  const file = join(folder, "again.json");
  const first = new Journal(file, machine);
  first.recordCell(makeCell(10, 1));
  first.recordCell(makeCell(50, 2));
  const second = new Journal(file, { ...machine, node: "25" });
  second.recordCell(makeCell(10, 3));
  expect(readResults(file)).toMatchObject({
    machine: { node: "25" },
    cells: [makeCell(50, 2), makeCell(10, 3)],
  });
});

test("A later run that does not choose Terraform's parallelism keeps that of the results", () => {
  const file = join(folder, "parallelism.json");
  new Journal(file, machine).recordParallelism(256);
  new Journal(file, machine).recordCell(makeCell(10, 1));
  expect(readResults(file)?.machine.terraformParallelism).toBe(256);
});

test("Results of another machine are dropped", () => {
  const file = join(folder, "moved.json");
  new Journal(file, machine).recordCell(makeCell(10, 1));
  new Journal(file, { ...machine, cores: 4 }).recordCell(makeCell(50, 2));
  expect(readResults(file)?.cells).toEqual([makeCell(50, 2)]);
});
