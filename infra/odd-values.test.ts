import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { describeProblem } from "../kafka/refused-error.ts";
import { readCatalogue } from "./catalogue.ts";

// Each case starts a process.
vi.setConfig({ testTimeout: 30_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kafka-topics-odd-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const url = () => pathToFileURL(`${folder}/`);

async function problemsIn(source: string): Promise<string[]> {
  writeFileSync(join(folder, "a.ts"), source);
  return (await readCatalogue(url())).problems.map(describeProblem);
}

const json = "allowed: a JSON value";
const wellFormed = "allowed: text without lone surrogates";
const plain = "allowed: plain data: { … }, [ … ], text, a number, true, false or null";

const samples: [string, string][] = [
  ["'a\\ud83d'", `orders.sample: given 'a\\ud83d', ${wellFormed}`],
  ["{ items: [1, '\\udc00'] }", `orders.sample["items"]["1"]: given '\\udc00', ${wellFormed}`],
  ["{ '\\ud83d': 1 }", `orders.sample["\\ud83d"]: given '\\ud83d', ${wellFormed}`],
  ["[1n]", `orders.sample["0"]: given 1n, ${json}`],
  ["{ a: NaN }", `orders.sample["a"]: given NaN, ${json}`],
  ["-Infinity", `orders.sample: given -Infinity, ${json}`],
  ["[-0]", `orders.sample["0"]: given -0, ${json}`],
  ["{ a: undefined }", `orders.sample["a"]: given nothing, ${json}`],
  ["{ a: { toJSON: () => 1 } }", `orders.sample["a"]["toJSON"]: given [Function: toJSON], ${json}`],
  ["new Proxy(() => {}, { get() { throw 1 } })", `orders.sample: given [Function (anonymous)], ${json}`],
  ["Symbol('s')", `orders.sample: given Symbol(s), ${json}`],
  ["{ [Symbol('s')]: 1 }", `orders.sample: given Symbol(s), allowed: string keys`],
  ["{ ['__proto__']: 1 }", `orders.sample["__proto__"]: given 1, allowed: another key`],
  [
    "{ __proto__: { a: 1 } }",
    `orders.sample: given [Object: null prototype] {}, ${plain}`.replace("[Object: null prototype] {}", "{}"),
  ],
  ["new Date(0)", `orders.sample: given 1970-01-01T00:00:00.000Z, ${plain}`],
  ["[new Map()]", `orders.sample["0"]: given Map(0) {}, ${plain}`],
  ["new (class Money {})()", `orders.sample: given Money {}, ${plain}`],
  ["[1, , 3]", "orders.sample: given [ 1, <1 empty item>, 3 ], allowed: a list without gaps"],
  [
    "new Array(4294967295)",
    "orders.sample: given [ <4294967295 empty items> ], allowed: a list without gaps",
  ],
  ["Object.assign([1], { a: 2 })", "orders.sample: given [ 1, a: 2 ], allowed: a list without gaps"],
  ["cycle", 'orders.sample["self"]["list"]["0"]: given <ref *1>'],
  ["deep", "allowed: at most 100 levels"],
  ["laughs", "allowed: at most 250000 keys and values, with 16777216 characters in total"],
  [
    "{ a: { get b() { throw new TypeError('no b') } } }",
    `orders.sample["a"]["b"]: given 'a getter', refused: TypeError: no b`,
  ],
  ["new Proxy({}, { ownKeys() { throw 'no keys' } })", "orders.sample: given {}, refused: 'no keys'"],
];
const helpers = `
const cycle: any = { self: { list: [] } };
cycle.self.list.push(cycle.self);
let deep: unknown = 1;
for (let level = 0; level < 100_000; level++) deep = [deep];
let laughs: unknown = "ha";
for (let level = 0; level < 60; level++) laughs = [laughs, laughs];
`;
test.for(samples)(
  "A sample that JSON cannot represent is refused with the faulty value: %s",
  async ([sample, said]) => {
    expect(
      await problemsIn(`${helpers}export const topics = { orders: { partitions: 1, sample: ${sample} } };`),
    ).toEqual([expect.stringContaining(said)]);
  },
);

const entries: [string, string][] = [
  [
    "{ get orders() { throw new Error('no orders') } }",
    "orders: given 'a getter', refused: Error: no orders",
  ],
  ["{ orders: { get partitions() { throw null } } }", "orders.partitions: given 'a getter', refused: null"],
  [
    "{ orders: { partitions: 1, config: { get 'retention.ms'() { throw {} } } } }",
    `orders.config["retention.ms"]: given 'a getter', refused: {}`,
  ],
  [
    "{ orders: { partitions: 1, smoke: { off: 'a\\ud83d' } } }",
    `orders.smoke["off"]: given 'a\\ud83d', ${wellFormed}`,
  ],
  ["{ 'a\\ud83d': { partitions: 1 } }", "name: given 'a\\ud83d', allowed: 1 to 249 letters"],
  ["{ orders: new (class { get partitions() { throw 1 } })() }", `orders: given {}, ${plain}`],
  ["{ orders: { partitions: 1, config: new Map([['retention.ms', 1]]) } }", "orders.config: given Map(1)"],
  ["{ orders: { partitions: 1n } }", "orders.partitions: given 1n, allowed: a whole number of at least 1"],
  [
    "{ orders: { partitions: 1, config: { 'retention.ms': NaN } } }",
    `orders.config["retention.ms"]: given NaN`,
  ],
  ["{ orders: { partitions: 1, 'a\\nb': 1 } }", 'orders["a\\nb"]: given 1, allowed: a known key'],
  ["{ orders: { partitions: 1 }, [Symbol('s')]: 1 }", "export: given Symbol(s), allowed: string keys"],
  [
    "new Proxy({}, { ownKeys() { throw new Error('no keys') } })",
    "export: given {}, refused: Error: no keys",
  ],
  ["{ orders: { partitions: 1, ['__proto__']: 1 } }", "orders.__proto__: given 1, allowed: another key"],
];
test.for(entries)("An entry that is not plain data is refused with its place: %s", async ([topics, said]) => {
  expect(await problemsIn(`export const topics = ${topics};`)).toEqual([expect.stringContaining(said)]);
});

test("Frozen objects, objects without a prototype and getters are accepted", async () => {
  const sample = "Object.freeze({ list: [1, 'ü😀', null, true, { a: 1.5 }] })";
  const entry = `Object.assign(Object.create(null), { get partitions() { return 1 }, sample: ${sample} })`;
  writeFileSync(join(folder, "a.ts"), `export const topics = { get orders() { return ${entry} } };`);
  const { entries, problems } = await readCatalogue(url());
  expect(problems).toEqual([]);
  expect(entries).toMatchObject([
    { declared: { partitions: 1, sample: { list: [1, "ü😀", null, true, { a: 1.5 }] } } },
  ]);
});

test.for([
  ["throw new RangeError('no team')", "RangeError: no team"],
  ["await Promise.reject('no team')", "'no team'"],
  ["throw Object.create(null)", "[Object: null prototype] {}"],
  ["throw '\\ud83d'", "'\\ud83d'"],
  ["Promise.reject(new Error('nobody awaits'))", "Error: nobody awaits"],
  ["Promise.resolve().then(() => { throw new Error('nobody calls') })", "Error: nobody calls"],
  [
    "process.exit(0)",
    "ReferenceError: process is not available in a catalogue file, which only declares topics",
  ],
  ["throw { toString() { throw 1 } }", "{ toString: [Function: toString] }"],
] as [string, string][])(
  "A file whose code fails or exits is refused by name: %s",
  async ([source, said]) => {
    expect(await problemsIn(`${source};\nexport const topics = { orders: { partitions: 1 } };`)).toEqual([
      `  infra/topics/a.ts: file: given 'a module', refused: ${said}`,
    ]);
  },
);

test("A given value that is too long is cut between two characters", async () => {
  const [problem = ""] = await problemsIn(
    `export const topics = { "${"x".repeat(48)}😀": { partitions: 1 } };`,
  );
  expect(problem.isWellFormed()).toBe(true);
});

/** Reads the catalogue in plain Node, as the program does. */
function readInNode(): unknown {
  const program = `import { readCatalogue } from ${JSON.stringify(new URL("catalogue.ts", import.meta.url).href)};
    const { declaredNames, problems } = await readCatalogue(new URL(${JSON.stringify(url().href)}));
    console.log(JSON.stringify({ declaredNames, problems }));`;
  const options = { encoding: "utf8", timeout: 40_000 } as const;
  return JSON.parse(execFileSync("node", ["--input-type=module", "--eval", program], options));
}

test("Files with endless loops are refused by name, and the others are read", { timeout: 60_000 }, () => {
  writeFileSync(join(folder, "a.ts"), "while (true);\nexport const topics = {};");
  writeFileSync(join(folder, "b.ts"), "export const topics = { b: { partitions: 1 } };");
  writeFileSync(join(folder, "c.ts"), "export const topics = { get c() { while (true); } };");
  const refused = {
    code: "CATALOGUE_UNREADABLE",
    field: "file",
    given: "a module",
    refused: "Error: endless loop",
  };
  expect(readInNode()).toEqual({
    declaredNames: ["b"],
    problems: ["a.ts", "c.ts"].map((file) => ({ place: `infra/topics/${file}`, ...refused })),
  });
});

test("A file that runs for seconds, as on a busy machine, is read", { timeout: 60_000 }, () => {
  const block = "const start = Date.now(); while (Date.now() - start < 3_000);";
  writeFileSync(join(folder, "a.ts"), `${block}\nexport const topics = { a: { partitions: 1 } };`);
  expect(readInNode()).toEqual({ declaredNames: ["a"], problems: [] });
});
