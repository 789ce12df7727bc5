import { readdirSync } from "node:fs";
import { join } from "node:path";

/** The folder of the stacks' files. */
const root = join(import.meta.dirname, "..");

/** Returns the names of the stacks that have a file, sorted. */
export function listStacks(folder = root): string[] {
  return readdirSync(folder)
    .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort();
}
