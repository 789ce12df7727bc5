import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { describeProblem } from "../kafka/refused-error.ts";
import { readCatalogue } from "./catalogue.ts";
import { resolveTopics } from "./resolve.ts";
import { readStack } from "./stack.ts";

// Each case starts a process.
vi.setConfig({ testTimeout: 30_000 });

// Each test plays a pull request that changes only catalogue files.

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kafka-topics-attack-"));
  mkdirSync(join(folder, "infra", "topics"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Reads a catalogue; a source without `topics` gets one. */
async function readFiles(sources: Readonly<Record<string, string>>) {
  const topics = join(folder, "infra", "topics");
  for (const [file, source] of Object.entries(sources)) {
    const declared = source.includes("export const topics") ? "" : "\nexport const topics = {};";
    writeFileSync(join(topics, file), `${source}${declared}`);
  }
  const { entries, problems } = await readCatalogue(pathToFileURL(`${topics}/`));
  const declarations = Object.fromEntries(entries.map(({ name, declared }) => [name, declared]));
  return { entries, declarations, problems, lines: problems.map(describeProblem) };
}

/** Makes a catalogue file for each of several attempts. */
function filesOf(attempts: readonly string[]): Record<string, string> {
  return Object.fromEntries(attempts.map((attempt, index) => [`f${index + 10}.ts`, attempt]));
}

const harmless = "export const topics = { orders: { partitions: 3 } };";

test("A catalogue file cannot read the environment, and so not the passphrase", async () => {
  process.env.PULUMI_CONFIG_PASSPHRASE = "hunter2";
  try {
    const expressions = [
      "process.env.PULUMI_CONFIG_PASSPHRASE",
      "globalThis.process.env",
      "(await import('node:process')).env",
      "(await import('process')).default.env",
      "Reflect.get(globalThis, 'process').getBuiltinModule('process').env",
      "Object.values(Object.getOwnPropertyDescriptors(globalThis)).map(({ get }) => get?.())",
    ];
    const { declarations, lines } = await readFiles(
      filesOf(expressions.map((read) => `export const topics = { orders: { sample: ${read} } };`)),
    );
    expect(declarations).toEqual({});
    expect(lines).toHaveLength(expressions.length);
    for (const line of lines)
      expect(line).toMatch(
        /(process|\w+) is not available in a catalogue file|import: given '(node:)?process'/,
      );
    expect(lines.join()).not.toContain("hunter2");
  } finally {
    delete process.env.PULUMI_CONFIG_PASSPHRASE;
  }
});

test("A catalogue file imports nothing but catalogue files, topic-config.ts, dead-letters.ts and types", async () => {
  writeFileSync(join(folder, "Pulumi.prod.yaml"), "secret");
  const specifiers = [
    ...["node:fs", "fs", "node:fs/promises", "node:child_process", "node:worker_threads", "node:net"],
    ...["node:http", "node:dns", "node:module", "node:vm", "node:v8", "node:inspector", "node:wasi"],
    ...["@pulumi/pulumi", "zod", "../stack.ts", "../../kafka/connection.ts", "#internal", ""],
    ...[
      "data:text/javascript,0",
      "http://127.0.0.1/",
      "blob:nodedata:0",
      "/etc/passwd",
      "file:///etc/passwd",
    ],
    ...["../../Pulumi.prod.yaml", `${folder}/Pulumi.prod.yaml`, "./missing.ts"],
  ];
  const allowed = "allowed: other catalogue files, topic-config.ts, dead-letters.ts, and types from topic.ts";
  const { lines } = await readFiles(filesOf(specifiers.map((specifier) => `import "${specifier}";`)));
  expect(lines).toEqual(
    specifiers.map(
      (specifier, index) => `  infra/topics/f${index + 10}.ts: import: given '${specifier}', ${allowed}`,
    ),
  );
  const kept = pathToFileURL(join(import.meta.dirname, "topic-config.ts")).href;
  const types = pathToFileURL(join(import.meta.dirname, "topic.ts")).href;
  const { declarations } = await readFiles({
    ...filesOf(specifiers.map(() => "")),
    "a.ts": `import { type Catalogue } from "${types}";
      import { days, noLimit } from "${kept}";
      import { sample } from "./b.ts";
      const config = { "retention.ms": days(1), "flush.ms": noLimit };
      export const topics = { a: { partitions: 1, config, sample } } satisfies Catalogue;`,
    "b.ts": "export const sample = [1]; export const topics = {};",
  });
  const config = { "retention.ms": "86400000", "flush.ms": "9223372036854775807" };
  expect(declarations).toEqual({ a: { partitions: 1, config, sample: [1] } });
});

test("A catalogue file cannot write, start a process or a thread, nor connect", async () => {
  const connections: string[] = [];
  await using server = createServer((request) => connections.push(request.url ?? ""));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const written = JSON.stringify(join(folder, "written"));
  const attempts = [
    `const { writeFileSync } = process.getBuiltinModule("fs"); writeFileSync(${written}, "");`,
    `process.binding("fs");`,
    `process.dlopen({ exports: {} }, "/lib/libc.so.6");`,
    `process.kill(process.ppid);`,
    `require("fs").writeFileSync(${written}, "");`,
    `module.constructor._load("fs").writeFileSync(${written}, "");`,
    `await import("fs").then((fs) => fs.writeFileSync(${written}, ""));`,
    `import.meta.resolve("node:fs");`,
    `new Worker("data:text/javascript,0");`,
    `new Function("return process")().exit();`,
    `(0, eval)("process").exit();`,
    `(async () => {}).constructor("return import('fs')")();`,
    `await fetch("http://127.0.0.1:${port}/");`,
    `new WebSocket("ws://127.0.0.1:${port}/");`,
    `new EventSource("http://127.0.0.1:${port}/");`,
    `await import("http://127.0.0.1:${port}/a.ts");`,
    `await WebAssembly.compile(new Uint8Array(8));`,
    `setTimeout(() => {});`,
    `console.log('{"entries":[]}');`,
  ];
  const { lines } = await readFiles(filesOf(attempts));
  expect(lines).toEqual(
    attempts.map((_, index) => expect.stringContaining(`infra/topics/f${index + 10}.ts`)),
  );
  for (const line of lines)
    expect(line).toMatch(/is not available|is not defined|Code generation|import: given|import of node:fs/);
  expect(existsSync(join(folder, "written"))).toBe(false);
  expect(connections).toEqual([]);
});

test("A symbolic link shows no foreign file, not even in an error message", async () => {
  const outside = join(folder, "secret.yaml");
  writeFileSync(outside, "hunter2");
  for (const [index, target] of ["/etc/passwd", "../../secret.yaml", "../topics/../../secret.yaml"].entries())
    symlinkSync(target, join(folder, "infra", "topics", `${index}.ts`));
  symlinkSync("../..", join(folder, "infra", "topics", "up"));
  const { lines } = await readFiles({ "a.ts": 'import "./up/secret.yaml";', "b.ts": 'import "./0.ts";' });
  expect(lines.toSorted()).toEqual([
    ...[0, 1, 2].map((index) =>
      expect.stringContaining(`${index}.ts: file: given 'a symbolic link that leads out`),
    ),
    expect.stringContaining("a.ts: import: given './up/secret.yaml'"),
    expect.stringContaining("b.ts: import: given './0.ts'"),
    expect.stringContaining("up: file: given 'a symbolic link that does not point to a file'"),
  ]);
  expect(lines.join()).not.toMatch(/hunter2|root:/);
});

const patches = [
  "RegExp.prototype.test = () => true;",
  "RegExp.prototype[Symbol.match] = () => [''];",
  "Object.defineProperty(RegExp.prototype, 'exec', { value: () => [''] });",
  "Object.prototype.partitions = 99;",
  "Object.prototype.toJSON = () => ({ partitions: 99 });",
  "Array.prototype.map = () => [];",
  "JSON.stringify = () => '{\"entries\":[]}';",
  "Object.setPrototypeOf(Array.prototype, { partitions: 99 });",
  "globalThis.Math = { round: () => 99 };",
  "globalThis.days = () => 99;",
  "Error.prepareStackTrace = (_, calls) => calls;",
  "Reflect.getPrototypeOf(new Set().values()).next = () => ({ done: true });",
  "Reflect.getPrototypeOf((function* () {})()).next = () => ({ done: true });",
  "(async () => {}).constructor.prototype.constructor = 0;",
  "Promise.prototype.then = () => {};",
];

test("A catalogue file cannot change what the rules or another file use", async () => {
  const patched = patches.map((patch) => `let error;\ntry { ${patch} } catch (thrown) { error = thrown; }`);
  const { entries, problems, declarations } = await readFiles({
    ...filesOf(patched.map((patch) => `${patch}\nif (!error) throw new Error("patched");`)),
    "0.ts":
      'import { shared } from "./shared.ts"; shared.partitions = 99; shared.config["retention.ms"] = 1;',
    "shared.ts":
      'export const shared = { partitions: 3, config: { "retention.ms": 5 } }; export const topics = {};',
    "z.ts":
      'import { shared } from "./shared.ts"; export const topics = { "team.z": shared, "Not allowed!": shared };',
  });
  expect(problems).toMatchObject([{ code: "TOPIC_NAME_INVALID", topic: "Not allowed!" }]);
  expect(declarations).toEqual({ "team.z": { partitions: 3, config: { "retention.ms": "5" } } });
  const { stack } = readStack("kafka-topics", "test", { "kafka-topics:namePattern": "ours\\..*" });
  if (!stack) throw new Error("The stack was refused.");
  expect(resolveTopics(entries, [], stack, []).problems).toMatchObject([{ code: "NAME_PATTERN_VIOLATED" }]);
});

test("A topic's name or sample cannot forge the output", async () => {
  const forged = '\\n{\\"entries\\":[]}\\n\\u2028';
  const sample = ["\ud800undefined ", "\\ud800bigint 1", "__proto__", "\u2028"];
  const { declarations, problems } = await readFiles({
    "a.ts": `export const topics = { "${forged}": { partitions: 1 }, a: { partitions: 1, sample: ["${forged}"] } };`,
    "b.ts": `export const topics = { b: { partitions: 1, sample: ${JSON.stringify(sample)} } };`,
    "c.ts": "export const then = (resolve) => resolve({ topics: { c: { partitions: 1 } } });",
    "z.ts": harmless,
  });
  expect(problems).toMatchObject([{ code: "TOPIC_NAME_INVALID" }, { code: "INVALID_VALUE", topic: "b" }]);
  expect(Object.keys(declarations)).toEqual(["a", "c", "orders"]);
});

test("A file that uses too much time, memory or output is refused, and the others are read", {
  timeout: 120_000,
}, async () => {
  const hogs = [
    "let all = [0]; for (;;) all = all.concat(all);",
    "new ArrayBuffer(8e9);",
    "const sample = 'x'.repeat(14e6); export const topics = { a: { sample }, b: { sample }, c: { sample }, d: { sample }, e: { sample } };",
    "throw new Error('x'.repeat(2 ** 28));",
    "const f = () => f(); f();",
    "const loop = () => { Promise.resolve().then(loop); }; await new Promise(loop);",
  ];
  const { lines, declarations } = await readFiles({ ...filesOf(hogs), "z.ts": harmless });
  expect(lines).toEqual([
    expect.stringContaining("f10.ts: file: given 'a module', refused: Error: its process ended with SIGABRT"),
    expect.stringContaining(
      "f11.ts: file: given 'a module', refused: ReferenceError: ArrayBuffer is not available",
    ),
    expect.stringContaining(
      "f12.ts: file: given 'a module', refused: Error: its topics have more than 67108864",
    ),
    expect.stringMatching(/f13.ts: file: given 'a module', refused: Error: x{900,1000}$/),
    expect.stringContaining("f14.ts: file: given 'a module', refused: RangeError: Maximum call stack size"),
    expect.stringContaining("f15.ts: file: given 'a module', refused: Error: endless loop"),
  ]);
  expect(declarations).toEqual({ orders: { partitions: 3 } });
});
