import { readdirSync } from "node:fs";
import { join } from "node:path";

/** The folder of the stacks' files. */
const root = join(import.meta.dirname, "..");

/**
 * The stack of the secured cluster of `npm start -- --secure`, which writes the stack's file. No commit has this file, so a
 * stack of this name is known without it.
 */
export const secureStack = "dev-secure";

/** Returns the names of the stacks that have a file, sorted. */
export function listStacks(folder = root): string[] {
  return readdirSync(folder)
    .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort();
}
