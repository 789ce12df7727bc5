import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { runTool } from "./run-tool.ts";

/** Something that a command needs on this machine before it can start. */
export type Part = {
  readonly title: string;
  /** Whether it is there and whole. Asked before every command, so it has to be quick. */
  readonly ready: () => Promise<boolean>;
  /** Makes it anew, whatever is left of an earlier try. Tells how far it is. */
  readonly make: (report: (progress: string) => void) => Promise<void>;
};

/**
 * Makes a folder that is either whole or not there: it gets its name only once `fill` is done.
 * What a killed process left unfinished is removed.
 */
export async function makeFolder(folder: string, fill: (unfinished: string) => Promise<void>): Promise<void> {
  const parent = dirname(folder);
  const prefix = `.unfinished-${basename(folder)}-`;
  mkdirSync(parent, { recursive: true });
  for (const name of readdirSync(parent).filter((name) => name.startsWith(prefix))) {
    if (!isRunning(Number(name.slice(prefix.length))))
      rmSync(join(parent, name), { recursive: true, force: true });
  }
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

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** @throws Error in one line that says what to install, when a program is missing or too old */
export async function requireProgram({
  name,
  args,
  install,
  atLeast,
}: {
  name: string;
  args: string[];
  install: string;
  atLeast?: number;
}): Promise<void> {
  let version = "";
  try {
    await runTool(name, args, {
      onLine: (line) => {
        version += line;
      },
    }).then((text) => {
      version += text;
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      throw new Error(`${name} is missing: install ${install}.`);
    throw error;
  }
  const major = Number(/(\d+)[.\d]*/.exec(version)?.[1]);
  if (atLeast && major < atLeast) throw new Error(`${name} is version ${major}: install ${install}.`);
}
