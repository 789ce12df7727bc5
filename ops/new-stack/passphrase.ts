import { readFileSync } from "node:fs";
import type { Problem } from "../../kafka/problem.ts";
import type { Terminal } from "./terminal.ts";

/** A passphrase that is missing, as a problem of the environment. */
export const missingPassphrase: Problem = {
  code: "INVALID_VALUE",
  place: "environment",
  field: "PULUMI_CONFIG_PASSPHRASE",
  given: undefined,
  allowed: "the passphrase that encrypts the stack's secrets; later commands need it too",
};

/**
 * Whether a new stack encrypts its secrets with a passphrase that the environment lacks. An empty passphrase counts as
 * missing, because it protects nothing.
 * @param secretsProvider as for `pulumi stack init`; by default Pulumi Cloud encrypts, and other backends take a passphrase
 */
export function lacksPassphrase(
  secretsProvider: string | undefined,
  backendUrl: string,
  { PULUMI_CONFIG_PASSPHRASE: passphrase, PULUMI_CONFIG_PASSPHRASE_FILE: file }: NodeJS.ProcessEnv,
): boolean {
  if (passphrase || (file && !isEmpty(file))) return false;
  const isDefault = secretsProvider === undefined || secretsProvider === "default";
  return isDefault ? !/^https?:/.test(backendUrl) : secretsProvider === "passphrase";
}

/** Whether a file contains nothing; if it cannot be read, the CLI says so. */
function isEmpty(file: string): boolean {
  try {
    return readFileSync(file, "utf8").trim() === "";
  } catch {
    return false;
  }
}

/** Asks for a new passphrase until it is given twice. */
export async function askPassphrase(terminal: Terminal): Promise<string> {
  const check = (answer: string) => (answer === "" ? "Allowed: a passphrase" : undefined);
  let question =
    "New passphrase for the stack's secrets (later commands read it from PULUMI_CONFIG_PASSPHRASE)";
  for (;;) {
    const passphrase = await terminal.askSecret(question, check);
    if ((await terminal.askSecret("The same passphrase again", check)) === passphrase) return passphrase;
    question = "The passphrases differ. New passphrase";
  }
}
