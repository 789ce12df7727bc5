import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { describeProblem } from "../kafka/refused-error.ts";
import { readCatalogue } from "./catalogue.ts";

// Each case starts a process.
vi.setConfig({ testTimeout: 30_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kafka-topics-catalogue-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function readFiles(files: Record<string, string>, subfolder = "topics") {
  const topics = join(folder, subfolder);
  mkdirSync(topics, { recursive: true });
  for (const [file, source] of Object.entries(files)) {
    mkdirSync(dirname(join(topics, file)), { recursive: true });
    writeFileSync(join(topics, file), source);
  }
  const { entries, problems } = await readCatalogue(pathToFileURL(`${topics}/`));
  return {
    names: entries.map(({ name, file }) => `${file} ${name}`),
    problems: problems.map(describeProblem),
  };
}

test("Every file of the folder is read, sorted by name", async () => {
  const { names, problems } = await readFiles({
    "b.ts": "export const topics = { b: { partitions: 1 } };",
    "a.ts": "export const topics = { z: { partitions: 1 }, a: { partitions: 1 } };",
    "notes.md": "not a catalogue",
  });
  expect(problems).toEqual([]);
  expect(names).toEqual(["infra/topics/a.ts a", "infra/topics/a.ts z", "infra/topics/b.ts b"]);
});

test("A file that makes the catalogue too large is refused, and the others are read", async () => {
  const { names, problems } = await readFiles({
    "a.ts": `export const topics = { a: { partitions: 1 } };${" ".repeat(9 * 1024 ** 2)}`,
    "b.ts": `export const topics = { b: { partitions: 1 } };${" ".repeat(9 * 1024 ** 2)}`,
    "c.ts": "export const topics = { c: { partitions: 1 } };",
  });
  expect(problems).toEqual([
    "  infra/topics/b.ts: file: given 'a file', refused: it has 9437231 bytes, and all catalogue files together may have " +
      "16777216",
  ]);
  expect(names).toEqual(["infra/topics/a.ts a", "infra/topics/c.ts c"]);
});

test("Two topics with the same name or the same metric name are refused with both files", async () => {
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

test("A file that never finishes loading is refused by name, and so is a catalogue without topics", async () => {
  const { problems } = await readFiles({ "a.ts": "await new Promise(() => {}); export const topics = {};" });
  expect(problems).toEqual([
    "  infra/topics/a.ts: file: given 'a module', refused: Error: it awaits a promise that never settles",
  ]);
  const empty = await readFiles({ "a.ts": "export const topics = {};" }, "empty");
  expect(empty.problems).toEqual([
    expect.stringContaining("infra/topics/: topics: given nothing, allowed: at least one topic"),
  ]);
});

test.for(["[]", "new Map()", '{ "__proto__": { partitions: 1 } }', "null"])(
  "Topics that are not a plain object are refused: %s",
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

const declare = (name: string) => `export const topics = { ${JSON.stringify(name)}: { partitions: 1 } };`;

test("A file with thousands of topics is read", async () => {
  const topics = Array.from({ length: 5_000 }, (_, index) => `"many-${index}": { partitions: 1 as number }`);
  const { names, problems } = await readFiles({ "a.ts": `export const topics = { ${topics.join()} };` });
  expect(problems).toEqual([]);
  expect(names).toHaveLength(5_000);
});

test("Files are read at every depth, and an empty directory changes nothing", async () => {
  mkdirSync(join(folder, "topics", "empty"), { recursive: true });
  const { names, problems } = await readFiles({
    "z.ts": declare("z"),
    "payments/orders.ts": declare("orders"),
    "payments/eu/refunds.ts": declare("refunds"),
    "a.ts/b.ts": declare("b"),
    CODEOWNERS: "* @platform",
    "payments/.gitkeep": "",
    "payments/README.md": "# Payments",
  });
  expect(problems).toEqual([]);
  expect(names).toEqual([
    "infra/topics/a.ts/b.ts b",
    "infra/topics/payments/eu/refunds.ts refunds",
    "infra/topics/payments/orders.ts orders",
    "infra/topics/z.ts z",
  ]);
});

test("A file is read even if its name contains characters with a meaning in URLs", () => {
  const topics = join(folder, "topics #1");
  mkdirSync(topics);
  writeFileSync(join(topics, "50%25 of it?.ts"), declare("escaped"));
  // Vitest resolves such an import differently, so this runs in plain Node, as the program does.
  const module = JSON.stringify(new URL("catalogue.ts", import.meta.url).href);
  const url = JSON.stringify(pathToFileURL(`${topics}/`).href);
  const program = `import { readCatalogue } from ${module};
    console.log(JSON.stringify(await readCatalogue(new URL(${url}))));`;
  const said = execFileSync("node", ["--input-type=module", "--eval", program], { encoding: "utf8" });
  expect(JSON.parse(said)).toMatchObject({
    entries: [{ name: "escaped", file: "infra/topics/50%25 of it?.ts" }],
    problems: [],
  });
});

test("A file in a directory that exports no topics is refused by its path", async () => {
  const { problems } = await readFiles({ "payments/eu/orders.ts": "export const topic = {};" });
  expect(problems).toEqual([
    expect.stringContaining("infra/topics/payments/eu/orders.ts: export: given nothing, allowed: "),
  ]);
});

test.for(["mts", "cts", "js", "mjs", "cjs", "tsx", "jsx", "json", "yaml", "yml", "TS"])(
  "A file that looks like a catalogue file but is not read is refused: .%s",
  async (extension) => {
    const file = `payments/orders.${extension}`;
    const { problems } = await readFiles({ [file]: declare("orders"), "a.ts": declare("a") });
    expect(problems).toEqual([
      `  infra/topics/${file}: file: given '.${extension}', allowed: .ts: rename it to orders.ts, or move it out of infra/topics/`,
    ]);
  },
);

test("A symbolic link is refused, except one to a file of the catalogue", async () => {
  mkdirSync(join(folder, "elsewhere"));
  writeFileSync(join(folder, "elsewhere", "orders.ts"), declare("orders"));
  const topics = join(folder, "topics");
  mkdirSync(topics);
  symlinkSync("../elsewhere", join(topics, "directory"));
  symlinkSync("nowhere", join(topics, "nothing"));
  // As Emacs does while it edits orders.ts.
  symlinkSync("ada@laptop.123", join(topics, ".#orders.ts"));
  symlinkSync("circle.ts", join(topics, "circle.ts"));
  symlinkSync("../elsewhere/orders.ts", join(topics, "out.ts"));
  writeFileSync(join(topics, "orders.template"), declare("orders"));
  symlinkSync("orders.template", join(topics, "file.ts"));
  const { names, problems } = await readFiles({});
  expect(names).toEqual(["infra/topics/file.ts orders"]);
  const refuse = (name: string, given: string) =>
    `  infra/topics/${name}: file: given '${given}', allowed: files and directories; replace a link with the directory itself`;
  expect(problems.toSorted()).toEqual([
    ...["circle.ts", "directory", "nothing"].map((name) =>
      refuse(name, "a symbolic link that does not point to a file"),
    ),
    refuse("out.ts", "a symbolic link that leads out of infra/topics/"),
  ]);
});

test("A directory that cannot be read is refused, and the files next to it are read", async () => {
  const [topics, closed] = [join(folder, "topics"), join(folder, "topics", "closed")];
  mkdirSync(closed, { recursive: true });
  chmodSync(closed, 0o000);
  chmodSync(folder, 0o755);
  // The superuser can read every directory.
  const isSuperuser = process.geteuid?.() === 0;
  try {
    writeFileSync(join(topics, "a.ts"), declare("a"));
    if (isSuperuser) process.seteuid?.("nobody");
    const { entries, problems } = await readCatalogue(pathToFileURL(`${topics}/`));
    expect(entries.map(({ name }) => name)).toEqual(["a"]);
    expect(problems.map(describeProblem)).toEqual([
      expect.stringContaining(
        "  infra/topics/closed/: directory: given 'a directory', refused: EACCES: permission denied",
      ),
    ]);
  } finally {
    if (isSuperuser) process.seteuid?.(0);
    chmodSync(closed, 0o755);
  }
});

test("A catalogue that does not exist is refused", async () => {
  const { problems } = await readCatalogue(pathToFileURL(join(folder, "nowhere/")));
  expect(problems.map(describeProblem)).toEqual([
    expect.stringContaining("  infra/topics/: topics: given nothing, allowed: at least one topic"),
  ]);
});
