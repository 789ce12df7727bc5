import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { describeProblem } from "../kafka/problem.ts";
import { readCatalogue } from "./catalogue.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kafka-topics-catalogue-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function readFiles(files: Record<string, string>, subfolder = "topics") {
  const topics = join(folder, subfolder);
  mkdirSync(topics);
  for (const [file, source] of Object.entries(files)) writeFileSync(join(topics, file), source);
  const { entries, problems } = await readCatalogue(pathToFileURL(`${topics}/`));
  return {
    names: entries.map(({ name, file }) => `${file} ${name}`),
    problems: problems.map(describeProblem),
  };
}

test("Every file of the folder is found by itself, in the order of the names", async () => {
  const { names, problems } = await readFiles({
    "b.ts": "export const topics = { b: { partitions: 1 } };",
    "a.ts": "export const topics = { z: { partitions: 1 }, a: { partitions: 1 } };",
    "notes.md": "not a catalogue",
  });
  expect(problems).toEqual([]);
  expect(names).toEqual(["infra/topics/a.ts a", "infra/topics/a.ts z", "infra/topics/b.ts b"]);
});

test("A name declared twice, or so that its metrics would be another's, is refused with both files", async () => {
  const { problems } = await readFiles({
    "a.ts": "export const topics = { orders: { partitions: 1 }, 'a.b': { partitions: 1 } };",
    "b.ts": "export const topics = { orders: { partitions: 1 }, a_b: { partitions: 1 } };",
  });
  expect(problems).toEqual([
    '  infra/topics/b.ts: name: given \'a_b\', allowed: a name that differs from "a.b" (infra/topics/a.ts) in more than "." and "_"',
    "  infra/topics/b.ts: name: given 'orders', allowed: one declaration; the other is in infra/topics/a.ts",
  ]);
});

test("A file that does not load is refused by name, and the others are read", async () => {
  const { names, problems } = await readFiles({
    "a.ts": 'throw new Error("no such team");',
    "b.ts": "export const topics = { b: { partitions: 1 } };",
  });
  expect(problems).toEqual([
    expect.stringContaining("infra/topics/a.ts: file: given 'a module', refused: Error: no such team"),
  ]);
  expect(names).toEqual(["infra/topics/b.ts b"]);
});

test("A file that never finishes to load is refused by name, and so is a catalogue without topics", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  try {
    const reading = readFiles({ "a.ts": "await new Promise(() => {}); export const topics = {};" });
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await reading).problems).toEqual([
      expect.stringContaining(
        "infra/topics/a.ts: file: given 'a module', refused: Error: not loaded after 10 s",
      ),
    ]);
  } finally {
    vi.useRealTimers();
  }
  const { problems } = await readFiles({ "a.ts": "export const topics = {};" }, "empty");
  expect(problems).toEqual([
    expect.stringContaining("infra/topics/: topics: given nothing, allowed: at least one topic"),
  ]);
});

test.for(["[]", "new Map()", '{ "__proto__": { partitions: 1 } }', "null"])(
  "Topics that are no plain object are refused: %s",
  async (topics) => {
    const { problems } = await readFiles({ "a.ts": `export const topics = ${topics};` });
    expect(problems).toEqual([
      expect.stringContaining("allowed: export const topics = { … }, topics by name"),
    ]);
  },
);

test("A file without topics is refused by name", async () => {
  const { problems } = await readFiles({ "a.ts": "export const topic = {};" });
  expect(problems).toEqual([
    "  infra/topics/a.ts: export: given nothing, allowed: export const topics = { … }, topics by name",
  ]);
});
