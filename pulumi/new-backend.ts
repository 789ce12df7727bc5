import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { messageOf } from "../machine/errors.mjs";
import { createFolder } from "../machine/new-folder.ts";
import { askBackendUrl, folderOf } from "./backend.ts";
import { PulumiError } from "./cli.ts";
import { cliExitCodes } from "./missing.ts";
import { projectFile, readNamedBackend, readProjectBackend, showUrl } from "./named-backend.ts";
import { adviseOnBackend, isBackendUrl } from "./unusable-backend.ts";

/** A backend that can be used. */
export type Backend = {
  readonly url: string;
  /** The variables with which the CLI uses it; empty if all commands use it anyway. */
  readonly environment: Readonly<Record<string, string>>;
};

/**
 * Finds the backend that all commands use: the named one, else that of the login.
 * @param undo as for `openBackend`
 * @returns undefined if there is none
 * @throws Error with the engine's message
 */
export async function findBackend(undo: AsyncDisposableStack): Promise<Backend | undefined> {
  const named = readNamedBackend();
  if (named) return { ...(await openBackend(named.url, undo)), environment: {} };
  try {
    return { url: await askBackendUrl(""), environment: {} };
  } catch (error) {
    if (error instanceof PulumiError && error.exitCode === cliExitCodes.notLoggedIn) return undefined;
    throw error;
  }
}

/**
 * Checks that a backend can be used. If it is a missing directory, `file:///states`, creates it.
 * @param undo to which the removal of the directory is added
 * @throws Error with the engine's message
 */
export async function openBackend(url: string, undo: AsyncDisposableStack): Promise<Backend> {
  const created = url.startsWith("file:///") ? createBackendFolder(url) : undefined;
  const remove = () => created !== undefined && rmSync(created, { recursive: true });
  const environment = { PULUMI_BACKEND_URL: url };
  try {
    await askBackendUrl("", { environment });
  } catch (error) {
    remove();
    if (!(error instanceof PulumiError)) throw error;
    const isLogin = error.exitCode === cliExitCodes.notLoggedIn && isBackendUrl(url);
    const next = isLogin ? `Log in to it: npm run pulumi -- login ${url}` : adviseOnBackend(url, error.said);
    const reason = isBackendUrl(url) ? error.said : "this is not the URL of a backend";
    throw new Error(showUrl(`The backend ${url} cannot be used: ${reason}\n${next}`));
  }
  undo.defer(() => void remove());
  return { url, environment };
}

function createBackendFolder(url: string): string | undefined {
  try {
    return createFolder(folderOf(url));
  } catch (error) {
    throw new Error(`The backend ${url} cannot be used: ${messageOf(error)}`);
  }
}

/**
 * Writes the backend of all stacks to `Pulumi.yaml`.
 * @param undo to which the restoration of the file is added
 */
export function writeProjectBackend(url: string, undo: AsyncDisposableStack): void {
  const text = readFileSync(projectFile, "utf8");
  undo.defer(() => writeFileSync(projectFile, text));
  writeFileSync(projectFile, addBackend(text, url));
}

/** Adds a backend below the project's name. The blank line that follows keeps it from conflicting with later versions. */
export function addBackend(text: string, url: string): string {
  const lines = `backend:\n  url: ${JSON.stringify(url)}\n`;
  const added = text.replace(/^name:.*\n/m, (name) => name + lines);
  if (/^backend:/m.test(text) || readProjectBackend(added) !== url)
    throw new Error(`Pulumi.yaml: the backend cannot be added. Add it as:\n${lines}`);
  return added;
}
