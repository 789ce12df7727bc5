import type { Connection } from "../../kafka/connection.ts";
import { RefusedError } from "../../kafka/refused-error.ts";
import { hideSecrets } from "../../machine/secrets.ts";
import { writeProjectBackend } from "../../pulumi/new-backend.ts";
import { createStack, requireNewFile, requireNewStack } from "../../pulumi/new-stack.ts";
import { connectionOf, readStackConfig } from "../../pulumi/stack-config.ts";
import { checkNewName } from "../../pulumi/stack-name.ts";
import { toValues } from "./answers.ts";
import { chooseBackend, missingBackend } from "./backend.ts";
import { collectAnswers, type Flags } from "./interview.ts";
import { readLines } from "./lines.ts";
import { askPassphrase, lacksPassphrase, missingPassphrase } from "./passphrase.ts";
import { openTerminal } from "./terminal.ts";

/** What the command line gives. */
export type Given = {
  readonly backend: string | undefined;
  readonly secretsProvider: string | undefined;
  /** For the connection to the cluster. */
  readonly flags: Flags;
};

/** A new stack. */
export type Created = {
  /** The URL of its backend. */
  readonly backend: string;
  /** Whether the backend was added to `Pulumi.yaml`. */
  readonly isBackendNew: boolean;
  /** Whether the command asked for its passphrase, which is therefore missing from the environment. */
  readonly isPassphraseNew: boolean;
  /** All keys of its config, with their values as text. */
  readonly config: Readonly<Record<string, string>>;
  readonly connection: Connection;
};

/**
 * Creates a stack from flags, the environment and answers. If it fails, it removes everything that it has created.
 * @param signal ends it early
 * @throws RefusedError, CancelledError, or Error with the engine's message
 */
export async function create(stack: string, given: Given, signal: AbortSignal): Promise<Created> {
  checkNewName(stack);
  requireNewFile(stack, given.backend);
  await using undo = new AsyncDisposableStack();
  const terminal = await openTerminal(signal);
  const backend = await chooseBackend(given.backend, terminal, undo);
  if (backend) await requireNewStack(stack, backend);

  const { secretsProvider } = given;
  await using lines = readLines(process.stdin, signal);
  // A terminal would show the answer.
  const readLine = async () => {
    const { value: line } = process.stdin.isTTY ? {} : await lines.next();
    if (line !== undefined) hideSecrets([line]);
    return line;
  };
  const sources = { environment: process.env, terminal, readLine };
  const { answers, problems } = await collectAnswers(given.flags, sources);
  const isPassphraseNew = backend !== undefined && lacksPassphrase(secretsProvider, backend.url, process.env);
  const missing = [
    ...(backend ? [] : [missingBackend]),
    ...(isPassphraseNew && !terminal ? [missingPassphrase] : []),
    ...problems,
  ];
  if (!backend || missing.length > 0) throw new RefusedError(missing);

  // The CLI takes the backend and the passphrase from the environment.
  Object.assign(process.env, backend.environment);
  if (isPassphraseNew && terminal) process.env.PULUMI_CONFIG_PASSPHRASE = await askPassphrase(terminal);
  await createStack(stack, toValues(answers), { secretsProvider, undo, signal });
  const config = await readStackConfig(stack);
  const connection = await connectionOf(stack, config);
  const isBackendNew = "PULUMI_BACKEND_URL" in backend.environment;
  if (isBackendNew) writeProjectBackend(backend.url, undo);
  undo.move();
  return { backend: backend.url, isBackendNew, isPassphraseNew, config, connection };
}
