import { secretSettings } from "../../kafka/secret-settings.ts";
import { questions } from "./questions.ts";

/** Other names that a user may expect. */
const others = ["password", "passphrase", "sasl-client-secret", "client-secret", "config-passphrase"];

/** Flags that would contain a secret, each with the message that refuses it and says how to give the secret. */
export const secretFlags: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...secretSettings.map((key) => [toFlag(key), key] as const),
    ...others.map((flag) => [flag, flag] as const),
  ]
    // --client-key takes a file.
    .filter(([flag]) => !questions.some((question) => question.flag === flag))
    .map(([flag, key]) => [`--${flag}`, refuse(flag, key)]),
);

function refuse(flag: string, key: string): string {
  const variable = questions.find((question) => question.key === key)?.variable;
  const instead = key.startsWith("saslAws")
    ? `npm run secret -- --stack NAME kafka:${key}, once the stack is created, or AWS's own variables and profiles`
    : `${variable ?? describeAll()}, the prompt, or standard input`;
  return (
    `--${flag}: given as an argument, which is visible to other processes, in the shell's history and in npm's log, allowed: ` +
    `${instead}. If it is a secret in use, replace it.`
  );
}

function describeAll(): string {
  return `${questions.flatMap(({ variable }) => variable ?? []).join(", ")} or PULUMI_CONFIG_PASSPHRASE`;
}

/** `sasl-password` for `saslPassword`. */
function toFlag(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
