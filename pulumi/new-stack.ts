import { existsSync, rmSync } from "node:fs";
import { messageOf } from "../machine/errors.mjs";
import { stackConfigPath } from "../machine/paths.ts";
import { PulumiError, runCli } from "./cli.ts";
import { cliExitCodes } from "./missing.ts";
import { readNamedBackend, showUrl } from "./named-backend.ts";
import type { Backend } from "./new-backend.ts";
import { say } from "./say.ts";

/** A value of the `kafka:` namespace to set. */
export type NewValue = {
  readonly key: string;
  readonly value: string;
  /** `list` for a JSON array, `document` for text that the CLI reads from standard input: a secret or a file. */
  readonly kind: "text" | "list" | "document";
  readonly isEncrypted: boolean;
};

/**
 * Checks that the repository has no stack of this name.
 * @param backend the URL of the backend that the command line gives
 * @throws Error that says what to do if it has
 */
export function requireNewFile(stack: string, backend?: string): void {
  if (existsSync(stackConfigPath(stack)))
    throw new Error(
      `Pulumi.${stack}.yaml already exists. To change a value: npm run pulumi -- config set --stack ${stack} KEY VALUE, ` +
        `a secret: npm run secret -- --stack ${stack} KEY. To start over: ` +
        `${removal(stack, readNamedBackend() ? undefined : backend)}, which also removes the file, and refuses a stack ` +
        `with topics. If the backend does not have the stack, remove the file, or create the stack for it: npm run pulumi ` +
        `-- stack init ${stack}.`,
    );
}

/**
 * Checks that the backend has no stack of this name.
 * @throws Error that says what to do if it has
 */
export async function requireNewStack(stack: string, backend: Backend): Promise<void> {
  try {
    await runCli("", ["config", "--json", "--stack", stack], { environment: backend.environment });
  } catch (error) {
    if (error instanceof PulumiError && error.exitCode === cliExitCodes.stackNotFound) return;
    throw error;
  }
  throw new Error(explainExisting(stack, backend));
}

/** Says what to do with a stack of the backend that this repository does not have. */
export function explainExisting(stack: string, { url, environment }: Backend): string {
  return (
    `The backend ${showUrl(url)} already has a stack ${stack}, but this repository has no Pulumi.${stack}.yaml. If another ` +
    "repository deploys the stack, copy the file from there, choose another name, or change the project's name in " +
    "Pulumi.yaml. If none does, for example because npm run new-stack was killed, remove the stack and run this again: " +
    `${removal(stack, environment.PULUMI_BACKEND_URL)}, which refuses a stack with topics.`
  );
}

/**
 * The command that removes a stack without resources, and its file if there is one.
 * @param backend the URL of a backend that `Pulumi.yaml` does not name yet: it does so once the stack is complete
 */
function removal(stack: string, backend?: string): string {
  const variable = backend === undefined ? "" : `PULUMI_BACKEND_URL='${showUrl(backend)}' `;
  return `${variable}npm run pulumi -- stack rm ${stack} --yes`;
}

/**
 * Creates a stack in the backend, and its config. Secrets reach the CLI through its standard input: other processes can
 * see its arguments.
 * @param undo to which the removal of both is added
 * @param signal ends the creation between two steps
 * @throws Error with the engine's message
 */
export async function createStack(
  stack: string,
  values: readonly NewValue[],
  {
    secretsProvider,
    undo,
    signal,
  }: {
    readonly secretsProvider: string | undefined;
    readonly undo: AsyncDisposableStack;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  // Ctrl-C must not end a step halfway: it would be unknown what the step has created.
  const run = async (args: readonly string[], input?: string) => {
    signal.throwIfAborted();
    await runCli(stack, args, { detached: true, ...(input !== undefined && { input }) });
  };
  undo.defer(() => rmSync(stackConfigPath(stack), { force: true }));
  const provider = secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
  await run(["stack", "init", stack, "--no-select", ...provider]);
  undo.defer(() => removeStack(stack));
  const shown = values.filter(({ kind, isEncrypted }) => !isEncrypted && kind !== "document");
  const assignments = shown.flatMap(assign).flatMap((assignment) => ["--plaintext", assignment]);
  await run(["config", "set-all", "--path", ...assignments]);
  for (const { key, value, isEncrypted } of values.filter((one) => !shown.includes(one)))
    await run(["config", "set", isEncrypted ? "--secret" : "--plaintext", `kafka:${key}`], value);
  signal.throwIfAborted();
}

/** Returns the assignments that set a value: `kafka:bootstrapServers[0]=a:9092` for each element of a list. */
function assign({ key, value, kind }: NewValue): string[] {
  if (kind !== "list") return [`kafka:${key}=${value}`];
  const elements: unknown[] = JSON.parse(value);
  return elements.map((element, at) => `kafka:${key}[${at}]=${element}`);
}

async function removeStack(stack: string): Promise<void> {
  try {
    await runCli(stack, ["stack", "rm", stack, "--yes", "--force", "--remove-backups"], { detached: true });
  } catch (error) {
    say(`Stack ${stack} could not be removed: ${messageOf(error)}\nRemove it: ${removal(stack)}`);
  }
}
