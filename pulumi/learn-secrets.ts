import { PulumiError } from "./cli.ts";
import { readConfigValues } from "./stack-config.ts";

/** Hides the secrets of a stack's config, for output that this process has not made itself. */
export async function learnSecrets(stack: string): Promise<void> {
  if (!stack) return;
  try {
    await readConfigValues(stack);
  } catch (error) {
    // A stack that cannot be read: the command itself reports why.
    if (!(error instanceof PulumiError)) throw error;
  }
}
