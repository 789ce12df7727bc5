import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { runTool } from "./run-tool.ts";

/** Something that a command needs on this machine before it can start. */
export type Part = {
  readonly title: string;
  /** What `make` fills; only one process at a time runs it. */
  readonly folder: string;
  /** Whether it is there and whole. Asked before every command, so it has to be quick. */
  readonly ready: () => Promise<boolean>;
  /** Makes it anew, whatever is left of an earlier try. Tells how far it is. */
  readonly make: (report: (progress: string) => void) => Promise<void>;
};

/**
 * Makes a folder that is either whole or not there: it gets its name only once `fill` is done.
 * What a killed process left unfinished is removed, so no other process may make the folder at the same time.
 */
export async function makeFolder(folder: string, fill: (unfinished: string) => Promise<void>): Promise<void> {
  const parent = dirname(folder);
  const prefix = `.unfinished-${basename(folder)}-`;
  mkdirSync(parent, { recursive: true });
  for (const name of readdirSync(parent).filter((name) => name.startsWith(prefix)))
    rmSync(join(parent, name), { recursive: true, force: true });
  const unfinished = join(parent, `${prefix}${process.pid}`);
  mkdirSync(unfinished);
  try {
    await fill(unfinished);
    rmSync(folder, { recursive: true, force: true });
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/**
 * @param version finds the version that counts in what the program prints
 * @throws Error in one line that says what to install, when a program is missing, does not run or is too old
 */
export async function requireProgram({
  command: [name, ...args],
  version,
  atLeast,
  install,
}: {
  command: [string, ...string[]];
  version: RegExp;
  atLeast: number;
  install: string;
}): Promise<void> {
  const said: string[] = [];
  try {
    await runTool(name, args, { onLine: (line) => said.push(line) });
  } catch {
    // macOS and version managers have stand-ins that only say that the program is not there.
    throw new Error(`${name} is missing or does not run: install ${install}.`);
  }
  const found = version.exec(said.join("\n"))?.[1];
  if (Number(found) < atLeast) throw new Error(`${name} is too old, version ${found}: install ${install}.`);
}
