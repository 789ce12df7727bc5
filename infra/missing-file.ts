import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { stackConfigPath } from "../machine/paths.ts";
import type { CatalogueFinding } from "./findings.ts";

/**
 * Returns the problems of a stack's connection, or only that its file is missing if that is the reason: without the file,
 * the bootstrap servers can be only in the environment.
 */
export function explainMissingFile(
  stack: string,
  problems: readonly CatalogueFinding[],
  path = stackConfigPath(stack),
): readonly CatalogueFinding[] {
  const lacksServers = problems.some(
    ({ field, given }) => field === "kafka:bootstrapServers" && given === undefined,
  );
  return lacksServers && lacksConfig(path) ? [describeMissingFile(stack, basename(path))] : problems;
}

/** Whether a stack's file is missing. The engine then creates one with nothing but the salt of the passphrase. */
function lacksConfig(path: string): boolean {
  return !existsSync(path) || !/^["']?(config|environment)\b/m.test(readFileSync(path, "utf8"));
}

/** Describes that the backend has a stack whose file is missing. */
export function describeMissingFile(stack: string, place: string): CatalogueFinding {
  const refused =
    "it does not exist, or contains nothing but the salt that Pulumi writes. Check the name of the stack, or restore the " +
    `file: it says how to reach the cluster. To create a stack with its file: npm run new-stack -- ${stack}`;
  return { code: "STACK_FILE_MISSING", place, field: "the file", refused };
}
