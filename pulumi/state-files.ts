import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { messageOf } from "../machine/errors.mjs";
import { projectName } from "../machine/paths.ts";

/** A state file that cannot be read. */
export type BrokenState = {
  readonly file: string;
  /** What is wrong with the state file; empty if only attribute files are broken. */
  readonly reason: string;
  /** `.attrs` files next to state files that a killed update left empty; they can be removed. */
  readonly emptyAttributes: readonly string[];
  /** The newest backup that can be read. */
  readonly backup?: { readonly file: string; readonly from: Date };
};

/** The file with the state of a stack in a backend that is a folder. */
export function stateFileOf(folder: string, stack: string): string {
  return join(folder, "stacks", projectName, `${stack}.json`);
}

/** Backs up the state of a new stack: the engine does it only at the end of an update, so not before the first one. */
export function backUpNewState(folder: string, stack: string): void {
  const state = stateFileOf(folder, stack);
  const backups = join(folder, "backups", projectName, stack);
  if (!existsSync(state) || existsSync(backups)) return;
  mkdirSync(backups, { recursive: true, mode: 0o700 });
  // As the engine names its own.
  copyFileSync(state, join(backups, `${stack}.${Date.now()}000000.json`));
}

/**
 * Checks the state of a stack in a backend that is a folder.
 * @param folder of the backend
 * @returns undefined if the state can be read or does not exist
 */
export function findBrokenState(folder: string, stack: string): BrokenState | undefined {
  const file = stateFileOf(folder, stack);
  const emptyAttributes = globSync(`{stacks,backups}/${projectName}/${stack}{.json,.json.bak,/*}.attrs`, {
    cwd: folder,
  })
    .map((name) => join(folder, name))
    .filter((name) => statSync(name).size === 0);
  const reason = problemOf(file);
  if (reason === undefined && emptyAttributes.length === 0) return undefined;
  const backups = globSync(
    [`stacks/${projectName}/${stack}.json.bak`, `backups/${projectName}/${stack}/*.json`],
    { cwd: folder },
  )
    .map((name) => join(folder, name))
    .map((name) => ({ file: name, from: statSync(name).mtime }))
    .sort((a, b) => b.from.getTime() - a.from.getTime());
  const backup = backups.find(({ file }) => problemOf(file) === undefined);
  return { file, reason: reason ?? "", emptyAttributes, ...(backup && { backup }) };
}

const stateFile = z.object({
  version: z.literal(3, "a version that is not 3"),
  checkpoint: z.object({
    latest: z
      .object({ resources: z.array(z.object({ urn: z.string(), type: z.string() })).nullish() })
      .nullish(),
  }),
});

/** What is wrong with a state file; undefined if it can be read. */
function problemOf(file: string): string | undefined {
  try {
    const parsed = stateFile.safeParse(JSON.parse(readFileSync(file, "utf8")));
    const [issue] = parsed.error?.issues ?? [];
    return issue && `${issue.path.join(".") || "the whole file"}: ${issue.message}`;
  } catch (error) {
    return messageOf(error);
  }
}
