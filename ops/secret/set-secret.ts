import { existsSync, readFileSync } from "node:fs";
import { addAbortSignal } from "node:stream";
import { text } from "node:stream/consumers";
import { isSecretKey, secretSettings } from "../../kafka/secret-settings.ts";
import { stackConfigPath } from "../../machine/paths.ts";
import { hideSecrets } from "../../machine/secrets.ts";
import { askBackendUrl } from "../../pulumi/backend.ts";
import { runCli } from "../../pulumi/cli.ts";
import { refuseLocal } from "../../pulumi/revealing-arguments.ts";
import { parseAnswer } from "../new-stack/answers.ts";
import { lacksPassphrase } from "../new-stack/passphrase.ts";
import { questions } from "../new-stack/questions.ts";
import { openTerminal } from "../new-stack/terminal.ts";

/**
 * Asks for a secret, or reads it from standard input, and sets it in a stack's config.
 * @param stack "" if none is given
 * @param signal ends the question
 * @throws Error that says what is allowed, or with the engine's message; CancelledError
 */
export async function setSecret(stack: string, key: string, signal: AbortSignal): Promise<void> {
  if (stack === "")
    throw new Error("--stack: given nothing, allowed: the name of a stack, which a secret always requires");
  if (!isSecretKey(key)) {
    const keys = secretSettings.map((setting) => `kafka:${setting}`).join(", ");
    throw new Error(
      `KEY: given ${key}, allowed: ${keys}, or one of them in another namespace, such as smoke:`,
    );
  }
  refuseLocal(stack, key);
  await requirePassphrase(stack);
  const secret = await readSecret(key, signal);
  hideSecrets([secret]);
  // The engine reads it from its standard input: other processes can see its arguments.
  await runCli(stack, ["config", "set", "--secret", key], { input: secret, detached: true });
}

/** @throws Error if the stack encrypts its secrets with a passphrase and the environment has none, or an empty one */
async function requirePassphrase(stack: string): Promise<void> {
  const file = stackConfigPath(stack);
  const settings = existsSync(file) ? readFileSync(file, "utf8") : "";
  const [, named] = /secretsprovider["']?: *["']?([^"'\s,]+)/.exec(settings) ?? [];
  const provider = /encryptionsalt["']?:/.test(settings) ? "passphrase" : named;
  if (!lacksPassphrase(provider, await askBackendUrl(stack), process.env)) return;
  throw new Error(
    `PULUMI_CONFIG_PASSPHRASE: given nothing, allowed: the passphrase of stack ${stack}. If its passphrase is empty, anyone ` +
      `can decrypt its secrets. To change it: npm run pulumi -- stack change-secrets-provider passphrase --stack ${stack}`,
  );
}

/** Asks for a secret at a terminal, for a private key by the path of its file; otherwise reads standard input. */
async function readSecret(key: string, signal: AbortSignal): Promise<string> {
  const terminal = await openTerminal(signal);
  if (!terminal) {
    // A terminal would show the answer.
    const given = process.stdin.isTTY ? "" : await text(addAbortSignal(signal, process.stdin));
    const secret = given.replace(/\r?\n$/, "");
    if (secret === "") throw new Error(`${key}: given nothing, allowed: a secret on standard input`);
    return secret;
  }
  const question = questions.find((one) => key.endsWith(`:${one.key}`));
  const check = (answer: string) => {
    if (answer === "") return "Allowed: a secret";
    const parsed = question ? parseAnswer(question, answer) : { value: answer };
    return "refused" in parsed ? parsed.refused : undefined;
  };
  const name = `New value of ${key}`;
  if (question?.kind !== "file") return terminal.askSecret(name, check);
  const parsed = parseAnswer(question, await terminal.ask(`${name}: ${question.wanted}`, check));
  return "value" in parsed ? parsed.value : "";
}
