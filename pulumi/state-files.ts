import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { messageOf } from "../machine/errors.mjs";
import { projectName } from "../machine/paths.ts";

/** A state file, and what is wrong with it. */
export type BrokenState = {
  readonly file: string;
  /** `where` says which byte count and what the parser met. */
  readonly reason: string;
  /** Files beside state files that were left empty by a killed update, and hold nothing that is missed. */
  readonly emptyAttributes: readonly string[];
  /** The newest backup that can be read. */
  readonly backup?: { readonly file: string; readonly from: Date };
};

/**
 * Looks into the state of a stack in a backend that is a folder.
 * @param folder of the backend
 * @returns nothing where the state can be read, or there is none
 */
export function findBrokenState(folder: string, stack: string): BrokenState | undefined {
  const file = join(folder, "stacks", projectName, `${stack}.json`);
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

/** What is wrong with a state file; nothing where it can be read. */
function problemOf(file: string): string | undefined {
  try {
    const parsed = stateFile.safeParse(JSON.parse(readFileSync(file, "utf8")));
    const [issue] = parsed.error?.issues ?? [];
    return issue && `${issue.path.join(".") || "the whole"}: ${issue.message}`;
  } catch (error) {
    return messageOf(error);
  }
}
