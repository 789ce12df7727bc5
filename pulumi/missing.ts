import { existsSync } from "node:fs";
import { secureStack } from "../infra/stack-files.ts";
import { describeProblem } from "../kafka/refused-error.ts";
import { stackConfigPath } from "../machine/paths.ts";
import { findBrokenFile } from "./broken-file.ts";
import { localStack } from "./environment.ts";
import { readNamedBackend, showUrl } from "./named-backend.ts";
import { adviseOnBackend, isBackendUnusable, isBackendUrl } from "./unusable-backend.ts";

/** Exit codes of the Pulumi CLI (`exit_codes.go`). */
export const cliExitCodes = { notLoggedIn: 3, stackNotFound: 6 } as const;

/** The commands that create the stacks of this machine. */
const starts: Readonly<Record<string, string>> = {
  [localStack]: "npm start",
  [secureStack]: "npm start -- --secure",
};

/** How the Pulumi CLI failed. */
export type CliFailure = {
  /** Null after a signal. */
  readonly exitCode: number | null;
  /** Its error message. */
  readonly said: string;
};

/**
 * Explains that a stack, its backend or its passphrase is missing, or its file is broken, and what to do.
 * @param stack "" for a command without a stack
 * @param hasFile whether the repository has the stack's file
 * @returns undefined if something else failed
 */
export function explainMissing(
  stack: string,
  { exitCode, said }: CliFailure,
  hasFile = existsSync(stackConfigPath(stack)),
): string | undefined {
  if (stack === "") return undefined;
  const broken = findBrokenFile(stack, said);
  if (broken) return describeProblem(broken).trim();
  const create = starts[stack] ?? `npm run new-stack -- ${stack}`;
  const isForeign = starts[stack] !== undefined && Boolean(process.env.PULUMI_BACKEND_URL);
  const own = isForeign
    ? ` This clone has a backend of its own for ${stack}, but PULUMI_BACKEND_URL names another one. Unset this variable.`
    : "";
  // If the stack comes from PULUMI_STACK, the CLI prints another message and exits with the general code.
  if (exitCode === cliExitCodes.stackNotFound || said.includes("no stack selected")) {
    if (isForeign)
      return `The backend has no stack ${stack}.${own} To deploy the stack to that backend instead: ${create}`;
    return hasFile
      ? `The backend has no stack ${stack}, but Pulumi.${stack}.yaml exists. Check PULUMI_BACKEND_URL, or your login. ` +
          `To create the stack in this backend: npm run pulumi -- stack init ${stack}`
      : `The backend has no stack ${stack}. Check the name and PULUMI_BACKEND_URL, or create the stack: ${create}`;
  }
  const named = readNamedBackend();
  const isLoggedOut = exitCode === cliExitCodes.notLoggedIn;
  if (named && (isBackendUnusable(said) || (isLoggedOut && !isBackendUrl(named.url)))) {
    const { url, place } = named;
    const reason = isLoggedOut
      ? "not the URL of a backend"
      : `the backend cannot be used ("${lastLine(said)}")`;
    return showUrl(`${place}: given ${url}, ${reason}. ${adviseOnBackend(url, said)}${own}`);
  }
  if (isLoggedOut)
    return (
      `Stack ${stack} has no backend, or you are not logged in to it ("${lastLine(said)}"). ` +
      `Set PULUMI_BACKEND_URL, or log in: npm run pulumi -- login. To create a new stack: ${create}${own && `.${own}`}`
    );
  if (said.includes("unable to open state directory"))
    return (
      `The directory of the backend does not exist ("${lastLine(said)}"). Check PULUMI_BACKEND_URL.` +
      (own || ` To create a new stack in a new directory: ${create} --backend file:///DIRECTORY`)
    );
  if (said.includes("unable to read PULUMI_CONFIG_PASSPHRASE_FILE"))
    return (
      `PULUMI_CONFIG_PASSPHRASE_FILE: given a file that cannot be read ("${lastLine(said)}"). Set it to the file that ` +
      `contains the passphrase of stack ${stack}, or unset it and set PULUMI_CONFIG_PASSPHRASE to the passphrase.`
    );
  const setPassphrase =
    `Set PULUMI_CONFIG_PASSPHRASE to the passphrase that you chose in ${create}, or PULUMI_CONFIG_PASSPHRASE_FILE to ` +
    "a file that contains it";
  if (said.includes("passphrase must be set"))
    return `Stack ${stack} encrypts its secrets with a passphrase, which is not set. ${setPassphrase}`;
  if (said.includes("incorrect passphrase"))
    return `The passphrase is not that of stack ${stack}. ${setPassphrase}`;
  return undefined;
}

function lastLine(said: string): string {
  return (said.trimEnd().split("\n").at(-1) ?? "").replace(/^.*error: |\.$/g, "");
}
