import { setImmediate as nextTurn } from "node:timers/promises";
import { describeThrown } from "../kafka/refused-error.ts";
import { breakEndlessLoops } from "./endless-loops.ts";
import type { CatalogueFinding } from "./findings.ts";
import { copyPlainData } from "./plain-data.ts";

/** What a catalogue file declares, entry by entry, or why nobody knows. */
export type LoadedFile =
  | { readonly entries: readonly LoadedEntry[] }
  | { readonly problem: Omit<CatalogueFinding, "place"> };

type LoadedEntry = { readonly name: string } & ReturnType<typeof copyPlainData>;

const unreadable = "CATALOGUE_UNREADABLE";
const timeoutMs = 10_000;

/** Node's events for what goes wrong where nobody awaits it. */
const uncaught = ["uncaughtException", "unhandledRejection"] as const;

/**
 * Imports catalogue files, and reads what they export. Whatever their code does, each comes to an end: they run in
 * this process, and a program that ends before it has declared its topics is, for the engine, one without topics.
 */
export async function loadCatalogueFiles(files: readonly URL[]): Promise<LoadedFile[]> {
  let giveUp: (reason: unknown) => void = () => {};
  const stopWatching = breakEndlessLoops(() => giveUp(new Error("it loops for ever")));
  const allowExit = refuseExit();
  const listeners = uncaught.map((event) => [event, process.rawListeners(event)] as const);
  for (const [event] of listeners) {
    process.removeAllListeners(event);
    process.on(event, (reason) => giveUp(reason));
  }
  try {
    const loaded: LoadedFile[] = [];
    // One after another: what is under way when a loop is broken off never ends either.
    for (const file of files) {
      const { promise: givenUp, reject } = Promise.withResolvers<never>();
      giveUp = reject;
      loaded.push(await load(file, givenUp, reject));
    }
    return loaded;
  } finally {
    for (const [event, own] of listeners) {
      process.removeAllListeners(event);
      for (const listener of own) process.on(event, listener as (reason: unknown) => void);
    }
    allowExit();
    stopWatching();
  }
}

/**
 * Makes an error of `process.exit`.
 * @returns to be called when the files are loaded; what they left behind still cannot end this process as if all was well
 */
function refuseExit(): () => void {
  let isLoading = true;
  const { exit } = process;
  process.exit = (code) => {
    if (!isLoading && Number(code)) return exit(code);
    throw new Error(`process.exit(${code ?? ""}) was called`);
  };
  return () => {
    isLoading = false;
  };
}

async function load(
  file: URL,
  givenUp: Promise<never>,
  giveUp: (reason: Error) => void,
): Promise<LoadedFile> {
  const timer = setTimeout(() => giveUp(new Error(`not loaded after ${timeoutMs / 1000} s`)), timeoutMs);
  try {
    const topics = await Promise.race([import(file.href).then(readTopics), givenUp]);
    // A promise that the file rejected and nobody awaits is reported by now.
    await Promise.race([nextTurn(), givenUp]);
    return topics;
  } catch (error) {
    return {
      problem: { code: unreadable, field: "file", given: "a module", refused: describeThrown(error) },
    };
  } finally {
    clearTimeout(timer);
  }
}

function readTopics({ topics }: { topics?: unknown }): LoadedFile {
  const refuse = (problem: Pick<CatalogueFinding, "given" | "allowed" | "refused">): LoadedFile => ({
    problem: { code: unreadable, field: "export", ...problem },
  });
  if (!isPlainObject(topics))
    return refuse({ given: topics, allowed: "export const topics = { … }, topics by name" });
  try {
    const names = Reflect.ownKeys(topics);
    const symbol = names.find((name) => typeof name === "symbol");
    if (symbol) return refuse({ given: symbol, allowed: "keys that are text" });
    return { entries: names.map(String).map((name) => ({ name, ...copyPlainData(() => topics[name]) })) };
  } catch (error) {
    // A proxy.
    return refuse({ given: topics, refused: describeThrown(error) });
  }
}

/** A list and a Map have no topics by name; nor has what `"__proto__": {}` was written into, which sets a prototype. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
