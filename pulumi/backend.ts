import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { runCli } from "./cli.ts";
import { prepare } from "./environment.ts";

/**
 * The folder that the backend keeps states and locks in.
 * @returns nothing where the backend is no folder
 */
export async function findBackendFolder(stack: string): Promise<string | undefined> {
  const { PULUMI_BACKEND_URL: given = "" } = await prepare(stack);
  // The CLI takes a third of a second for its answer, which only other forms need, such as file://~.
  const url = given.startsWith("file:///") ? given : await askBackendUrl(stack);
  if (!url.startsWith("file://")) return undefined;
  const folder = new URL(url);
  folder.search = "";
  return join(fileURLToPath(folder), ".pulumi");
}

async function askBackendUrl(stack: string): Promise<string> {
  const answer = JSON.parse(await runCli(stack, ["whoami", "--json"]));
  return z.object({ url: z.string() }).parse(answer).url;
}
