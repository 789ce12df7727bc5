import type { Problem } from "../../kafka/problem.ts";
import { messageOf } from "../../machine/errors.mjs";
import { readNamedBackend, showUrl } from "../../pulumi/named-backend.ts";
import { type Backend, findBackend, openBackend } from "../../pulumi/new-backend.ts";
import type { Terminal } from "./terminal.ts";

const allowed = "a URL such as s3://BUCKET?region=REGION, file:///DIRECTORY or https://api.pulumi.com";

/** A backend that is missing, as a problem of the command line. */
export const missingBackend: Problem = {
  code: "INVALID_VALUE",
  place: "command line",
  field: "--backend",
  given: undefined,
  allowed,
};

/**
 * Chooses the backend of a new stack: that of the flag, else the one that all commands use; if there is none, asks for it.
 * @param undo to which the removal of a directory that is created for the backend is added
 * @returns undefined if there is no terminal at which to ask
 * @throws Error if the backend cannot be used, or if the commands would use a different backend from the flag's
 */
export async function chooseBackend(
  flag: string | undefined,
  terminal: Terminal | undefined,
  undo: AsyncDisposableStack,
): Promise<Backend | undefined> {
  const named = readNamedBackend();
  if (flag === undefined || flag === named?.url) {
    const found = await findBackend(undo);
    return found ?? (terminal && askForBackend(terminal, undo));
  }
  if (named)
    throw new Error(
      `--backend: given a URL that differs from the one in ${named.place}, allowed: only that one, because all stacks use it; ` +
        `to use another backend, change ${named.place}`,
    );
  const refusal = refuseUrl(flag);
  if (refusal) throw new Error(`--backend: ${refusal}`);
  return openBackend(flag, undo);
}

async function askForBackend(terminal: Terminal, undo: AsyncDisposableStack): Promise<Backend | undefined> {
  let backend: Backend | undefined;
  await terminal.ask(`State backend: ${allowed}`, async (url) => {
    const refusal = refuseUrl(url);
    if (refusal) return refusal;
    try {
      backend = await openBackend(url, undo);
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  });
  return backend;
}

/** Returns why a URL cannot be that of a backend, or must not be written to `Pulumi.yaml`. */
function refuseUrl(url: string): string | undefined {
  if (!/^[a-z][a-z0-9+]*:\/\/./i.test(url) || !URL.canParse(url))
    return `given ${showUrl(url)}, allowed: ${allowed}`;
  if (new URL(url).password === "") return undefined;
  return (
    "given a URL with a password, allowed: a URL without one, because Pulumi.yaml would contain the password. " +
    "Set PULUMI_BACKEND_URL instead"
  );
}
