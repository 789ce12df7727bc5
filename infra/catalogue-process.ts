import { describeGiven, describeThrown } from "../kafka/refused-error.ts";
import { encodePlainData } from "./encoded-value.ts";
import type { EvaluatedFile } from "./evaluated-catalogue.ts";
import { copyPlainData, type Fault } from "./plain-data.ts";
import { restrictGlobals } from "./plain-globals.ts";

// The process in which catalogue files run: without rights, environment or secrets. `evaluate-catalogue.ts` starts it.
// Standard input has the files; standard output gets an empty line at the start, and a line of JSON for each file.

const { process, URL } = globalThis;
const { readFileSync, writeFileSync } = process.getBuiltinModule("node:fs");
const { registerHooks } = process.getBuiltinModule("node:module");
const { setImmediate: nextTurn } = process.getBuiltinModule("node:timers/promises");
const { modules, files }: { modules: Record<string, string>; files: string[] } = JSON.parse(
  readFileSync(0, "utf8"),
);

class RefusedImport extends Error {
  readonly specifier: string;

  constructor(specifier: string) {
    super(`import of ${specifier}`);
    this.specifier = specifier;
  }
}

// Of all modules, only those from standard input exist, and each catalogue file has its own instances of them: what it
// does to their exports does not affect another file.
registerHooks({
  resolve: (specifier, { parentURL }) => {
    const url = /^(\.{0,2}\/|file:)/.test(specifier) && URL.parse(specifier, parentURL);
    const isRoot = parentURL === import.meta.url;
    if (url && !isRoot && parentURL) url.search = new URL(parentURL).search;
    if (url && modules[withoutSearch(url.href)] !== undefined)
      return { url: url.href, format: "module-typescript", shortCircuit: true };
    throw new RefusedImport(specifier);
  },
  load: (url) => ({
    format: "module-typescript",
    source: modules[withoutSearch(url)] ?? "",
    shortCircuit: true,
  }),
});

function withoutSearch(url: string): string {
  return url.replace(/\?.*/, "");
}

let giveUp = (reason: unknown): void => {
  throw reason;
};
for (const event of ["uncaughtException", "unhandledRejection"] as const)
  process.on(event, (reason) => giveUp(reason));
// Nothing is left that could settle what the file awaits.
process.on("beforeExit", () => giveUp(new Error("it awaits a promise that never settles")));

restrictGlobals();
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

function describeFailure(error: unknown): {
  field: string;
  given: string;
  allowed?: string;
  refused?: string;
} {
  if (!(error instanceof RefusedImport))
    return { field: "file", given: "a module", refused: describeThrown(error) };
  const allowed = "other catalogue files, topic-config.ts, and types from topic.ts";
  return { field: "import", given: error.specifier, allowed };
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
    ...(refused !== undefined && { refused }),
  };
}
