import { setImmediate as nextTurn } from "node:timers/promises";
import { describeThrown } from "../kafka/refused-error.ts";
import { breakEndlessLoops } from "./endless-loops.ts";
import type { CatalogueFinding } from "./findings.ts";
import { copyPlainData } from "./plain-data.ts";

/** The entries of a catalogue file, or why they are unknown. */
export type LoadedFile =
  | { readonly entries: readonly LoadedEntry[] }
  | { readonly problem: Omit<CatalogueFinding, "place"> };

type LoadedEntry = { readonly name: string } & ReturnType<typeof copyPlainData>;

const unreadable = "CATALOGUE_UNREADABLE";
/** How long a file may load, in ticks: time in which the thread is blocked does not count, which has a watch of its own. */
const [tickMs, mostTicks] = [100, 100];

/** Node's events for errors that nothing handles. */
const uncaught = ["uncaughtException", "unhandledRejection"] as const;

/**
 * Imports catalogue files and reads their exports. Loading always ends, whatever their code does: the code runs in this
 * process, and to the engine, a program that ends before it has declared its topics is a program without topics.
 */
export async function loadCatalogueFiles(files: readonly URL[]): Promise<LoadedFile[]> {
  let giveUp: (reason: unknown) => void = () => {};
  const stopWatching = breakEndlessLoops(() => giveUp(new Error("endless loop")));
  const allowExit = refuseExit();
  const listeners = uncaught.map((event) => [event, process.rawListeners(event)] as const);
  for (const [event] of listeners) {
    process.removeAllListeners(event);
    process.on(event, (reason) => giveUp(reason));
  }
  try {
    const loaded: LoadedFile[] = [];
    // One after another: if a loop is terminated, whatever else is loading never ends either.
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
 * Makes `process.exit` throw.
 * @returns a function to call once the files are loaded; code that they left running still cannot exit with 0 after that
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
  let ticks = 0;
  const timer = setInterval(() => {
    ticks++;
    if (ticks === mostTicks) giveUp(new Error(`not loaded after ${(mostTicks * tickMs) / 1000} s`));
  }, tickMs);
  try {
    const topics = await Promise.race([import(file.href).then(readTopics), givenUp]);
    // By the next turn, Node has reported any promise that the file rejected and nothing handles.
    await Promise.race([nextTurn(), givenUp]);
    return topics;
  } catch (error) {
    return {
      problem: { code: unreadable, field: "file", given: "a module", refused: describeThrown(error) },
    };
  } finally {
    clearInterval(timer);
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
    if (symbol) return refuse({ given: symbol, allowed: "string keys" });
    return { entries: names.map(String).map((name) => ({ name, ...copyPlainData(() => topics[name]) })) };
  } catch (error) {
    // A proxy threw.
    return refuse({ given: topics, refused: describeThrown(error) });
  }
}

/** Not a list, a Map, or an object literal with `"__proto__": {}`, which sets a prototype instead of a key. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
