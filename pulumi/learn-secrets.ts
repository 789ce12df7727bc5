import { askPulumi } from "./ask-pulumi.ts";
import { PulumiError } from "./cli.ts";
import { readConfigValues } from "./stack-config.ts";
import { secretsInState } from "./state-secrets.ts";

/** Hides the secrets of a stack's config, for output that this process has not made itself. */
export async function learnSecrets(stack: string): Promise<void> {
  if (stack) await unlessUnreadable(readConfigValues(stack));
}

/** Hides the secrets of a stack's state, too: the engine's log contains those of the last deployment. */
export async function learnLoggedSecrets(stack: string): Promise<void> {
  if (!stack) return;
  const args = ["stack", "export", "--show-secrets"];
  const exported = askPulumi(stack, args, { secretsIn: secretsInState });
  await Promise.all([learnSecrets(stack), unlessUnreadable(exported)]);
}

/** Ignores that a stack cannot be read: the command itself reports why. */
async function unlessUnreadable(read: Promise<unknown>): Promise<void> {
  try {
    await read;
  } catch (error) {
    if (!(error instanceof PulumiError)) throw error;
  }
}
