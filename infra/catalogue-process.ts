import { describeGiven, describeThrown } from "../kafka/given-value.ts";
import { encodePlainData } from "./encoded-value.ts";
import type { EvaluatedFile } from "./evaluated-catalogue.ts";
import { copyPlainData, type Fault } from "./plain-data.ts";
import { restrictGlobals } from "./plain-globals.ts";

/** In characters: a thrown error may have any message. */
const longestReason = 1_000;

// The process in which catalogue files run, started by `evaluate-catalogue.ts`. It reads the files from standard input, and
// writes an empty line when it starts, and then for each file a line of JSON.

// Kept from `restrictGlobals`. Imports of Node's modules would load all that these modules load only on demand.
const { process, URL } = globalThis;
const { readFileSync, writeFileSync } = process.getBuiltinModule("node:fs");
const { registerHooks, stripTypeScriptTypes } = process.getBuiltinModule("node:module");
const { setImmediate: nextTurn } = process.getBuiltinModule("node:timers/promises");

/** `modules` has the source of everything that can be imported, by URL; `files` are the URLs of the catalogue files. */
const { modules, files }: { modules: Record<string, string>; files: string[] } = JSON.parse(
  readFileSync(0, "utf8"),
);

/** The specifiers of refused imports, by their errors. */
const refusedImports = new Map<unknown, string>();
const format = "module";
registerHooks({
  resolve: (specifier, { parentURL = "" }) => {
    const url = /^(\.{0,2}\/|file:)/.test(specifier) ? URL.parse(specifier, parentURL) : null;
    // Each catalogue file has its own instance of what it imports, so it cannot change what another file imports.
    if (url && parentURL !== import.meta.url) url.search = new URL(parentURL).search;
    if (url && sourceOf(url.href) !== undefined) return { url: url.href, format, shortCircuit: true };
    const error = new Error(`import of ${specifier}`);
    refusedImports.set(error, specifier);
    throw error;
  },
  load: (url) => {
    const source = withNodesGlobals(() => stripTypeScriptTypes(sourceOf(url) ?? ""));
    return { format, source, shortCircuit: true };
  },
});

function sourceOf(url: string): string | undefined {
  return modules[url.replace(/\?.*/, "")];
}

let giveUp = (reason: unknown): void => {
  throw reason;
};
for (const event of ["uncaughtException", "unhandledRejection"] as const)
  process.on(event, (reason) => giveUp(reason));
// Nothing is left that could settle the promise.
process.on("beforeExit", () => giveUp(new Error("it awaits a promise that never settles")));

// Warns once that it is experimental.
stripTypeScriptTypes("");
const withNodesGlobals = restrictGlobals();
writeFileSync(1, "\n");
for (const [index, file] of files.entries())
  writeFileSync(1, `${JSON.stringify(await load(`${file}?${index}`))}\n`);

async function load(file: string): Promise<EvaluatedFile> {
  const { promise: givenUp, reject } = Promise.withResolvers<never>();
  giveUp = reject;
  try {
    const { topics } = await Promise.race([import(file), givenUp]);
    const read = readTopics(topics);
    // By the next turn, Node has reported any promise that the file rejected and nothing handles.
    await Promise.race([nextTurn(), givenUp]);
    return read;
  } catch (error) {
    return { problem: describeFailure(error) };
  }
}

function describeFailure(error: unknown) {
  const specifier = refusedImports.get(error);
  if (specifier === undefined)
    return { field: "file", given: "a module", refused: describeThrown(error).slice(0, longestReason) };
  const allowed = "other catalogue files, topic-config.ts, dead-letters.ts, and types from topic.ts";
  return { field: "import", given: specifier, allowed };
}

function readTopics(topics: unknown): EvaluatedFile {
  const refuse = (fault: Omit<Fault, "path">): EvaluatedFile => ({
    fault: describeFault({ path: [], ...fault }),
  });
  try {
    if (!isPlainObject(topics))
      return refuse({ given: topics, allowed: "export const topics = { … }, topics by name" });
    const names = Reflect.ownKeys(topics);
    const symbol = names.find((name) => typeof name === "symbol");
    if (symbol) return refuse({ given: symbol, allowed: "string keys" });
    const entries = names.map(String).map((name) => {
      const read = copyPlainData(() => topics[name]);
      return "fault" in read
        ? { name, fault: describeFault(read.fault) }
        : { name, data: encodePlainData(read.copy) };
    });
    return { entries };
  } catch (error) {
    // A proxy threw.
    return refuse({ given: topics, refused: describeThrown(error) });
  }
}

/** Not a list, a Map, or an object literal with `"__proto__": {}`, which sets a prototype instead of a key. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function describeFault({ path, given, allowed, refused }: Fault) {
  return {
    path: [...path],
    given: describeGiven(given),
    ...(allowed !== undefined && { allowed }),
    ...(refused !== undefined && { refused: refused.slice(0, longestReason) }),
  };
}
