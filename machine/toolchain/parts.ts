import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { runTool } from "./run-tool.ts";

/** Something that a command needs on this machine before it can run. */
export type Part = {
  readonly title: string;
  /** The folder that `make` fills; only one process at a time runs it. */
  readonly folder: string;
  /** Whether it is installed and complete. Called before every command, so it must be fast. */
  readonly ready: () => Promise<boolean>;
  /** Installs it from scratch, whatever an earlier attempt left, and reports its progress. */
  readonly make: (report: (progress: string) => void) => Promise<void>;
};

/**
 * Creates a folder that is either complete or absent: it gets its name only once `fill` is done.
 * Unfinished folders of killed processes are removed, so no other process may create the folder at the same time.
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
 * Checks that a program runs and is recent enough.
 * @param version matches the version number in the program's output
 * @throws Error in one line that says what to install, if the program is missing, does not run or is too old
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
    // macOS and version managers have stand-ins that only print that the program is missing.
    throw new Error(`${name} is missing or does not run: install ${install}.`);
  }
  const found = version.exec(said.join("\n"))?.[1];
  if (Number(found) < atLeast) throw new Error(`${name} is too old, version ${found}: install ${install}.`);
}
