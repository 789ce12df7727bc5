import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import type { CatalogueFinding } from "../infra/findings.ts";
import { isSecretKey } from "../kafka/secret-settings.ts";
import { stackConfigPath } from "../machine/paths.ts";

/** The engine's messages for an encrypted value that it cannot decrypt. */
const undecryptable =
  /could not decrypt configuration value|validating stack config: (bad value|cipher: |illegal base64)/;

/**
 * Finds in the engine's error message why it cannot read a stack's file, or the project's.
 * @param said the message
 * @param text the stack's file
 * @returns undefined if something else failed
 */
export function findBrokenFile(
  stack: string,
  said: string,
  text = readText(stackConfigPath(stack)),
): CatalogueFinding | undefined {
  const place = said.includes("Pulumi.yaml'") ? "Pulumi.yaml" : basename(stackConfigPath(stack));
  const broken = (field: string, refused: string) =>
    ({ code: "STACK_FILE_INVALID", place, field, refused }) as const;
  const restore = `Correct the file, or restore it: git restore ${place}`;
  const [, line = "", reason = ""] = /^(?:.*yaml: | +)line (\d+): (.+)/m.exec(said) ?? [];
  // The message contains a value, which may be a password.
  if (line) return broken(`line ${line}`, `it is not valid: ${reason.replace(/ ?`[^`]*`/g, "")}. ${restore}`);
  const [, key] = /could not parse (\S+) as a configuration key/.exec(said) ?? [];
  if (key) return broken(key, `it is not a valid key: keys have the form namespace:name. ${restore}`);
  if (said.includes("expected project to be an object"))
    return broken("the file", `it does not contain keys with their values. ${restore}`);
  if (!undecryptable.test(said)) return undefined;
  const keys = findUndecryptable(text);
  const set = `npm run ${keys.every(isSecretKey) ? "secret --" : "pulumi -- config set"} --stack ${stack}`;
  const refused =
    "it cannot be decrypted: it is incomplete, or was encrypted for another stack or with another passphrase. Set the " +
    `value again: ${set} ${keys.length === 1 ? keys[0] : "KEY"}. Or restore the file: git restore ${place}`;
  return broken(keys.join(" or ") || "an encrypted value", refused);
}

/** Returns the keys whose values have no encrypted form; if all have it, the keys of all encrypted values. */
function findUndecryptable(text: string): string[] {
  // Not parsed, because this is loaded by every command.
  const pattern = /["']?([\w-]+:[\w:.-]+)["']?:\s*\{?\s*["']?secure["']?:\s*["']?([^\s"'}]*)/g;
  const encrypted = [...text.matchAll(pattern)].map(([, key = "", value = ""]) => ({ key, value }));
  const malformed = encrypted.filter(({ value }) => !/^v1:[\w+/]{16}:[\w+/]{20,}={0,2}$/.test(value));
  return (malformed.length > 0 ? malformed : encrypted).map(({ key }) => key);
}

function readText(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
