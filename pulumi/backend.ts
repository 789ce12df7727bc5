import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { type CliInput, runCli } from "./cli.ts";
import { parseOutput } from "./engine-output.ts";
import { prepare } from "./environment.ts";

/**
 * Finds the folder in which the backend keeps states and locks.
 * @returns undefined if the backend is not a folder
 */
export async function findBackendFolder(stack: string): Promise<string | undefined> {
  const { PULUMI_BACKEND_URL: given = "" } = await prepare(stack);
  // Only other forms, such as file://~, need the CLI, which takes a third of a second.
  const url = given.startsWith("file:///") ? given : await askBackendUrl(stack);
  return url.startsWith("file://") ? join(folderOf(url), ".pulumi") : undefined;
}

/** Returns the folder of a backend's URL, `file:///states?metadata=skip`. */
export function folderOf(url: string): string {
  const folder = new URL(url);
  folder.search = "";
  return fileURLToPath(folder);
}

/**
 * Asks the CLI for the URL of the backend that it uses.
 * @param stack "" for that of no particular stack
 * @throws PulumiError if there is none
 */
export async function askBackendUrl(stack: string, input?: CliInput): Promise<string> {
  const answer = await runCli(stack, ["whoami", "--json"], input);
  const what = `The backend${stack && ` of stack ${stack}`}`;
  return parseOutput(z.object({ url: z.string() }), answer, what).url;
}
