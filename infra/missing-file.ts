import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CatalogueFinding } from "./findings.ts";
import { stackFile } from "./stack.ts";

/** The folder of the stacks' files. */
const root = join(import.meta.dirname, "..");

/**
 * Returns the problems of a stack's connection, or only that its file is missing if that is the reason: without the file,
 * the bootstrap servers can be only in the environment.
 */
export function explainMissingFile(
  stack: string,
  problems: readonly CatalogueFinding[],
  folder = root,
): readonly CatalogueFinding[] {
  const lacksServers = problems.some(
    ({ field, given }) => field === "kafka:bootstrapServers" && given === undefined,
  );
  return lacksServers && lacksConfig(join(folder, stackFile(stack)))
    ? [describeMissingFile(stack)]
    : problems;
}

/** Whether a stack's file is missing. The engine then creates one with nothing but the salt of the passphrase. */
function lacksConfig(path: string): boolean {
  return !existsSync(path) || !/^["']?(config|environment)\b/m.test(readFileSync(path, "utf8"));
}

/** Describes that the backend has a stack whose file is missing. */
export function describeMissingFile(stack: string): CatalogueFinding {
  const refused =
    "it does not exist, or contains nothing but the salt that Pulumi writes. Check the name of the stack, or restore the " +
    `file: it says how to reach the cluster. To create a stack with its file: npm run new-stack -- ${stack}`;
  return { code: "STACK_FILE_MISSING", place: stackFile(stack), field: "the file", refused };
}
