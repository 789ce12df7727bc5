import { isAbsolute } from "node:path";
import { isSecretKey } from "../kafka/secret-settings.ts";
import type { CatalogueFinding } from "./findings.ts";

/**
 * Finds secrets that a stack's file contains unencrypted: settings of a connection in any namespace, and private keys in any
 * value.
 * @param config all keys of the stack's config with their values as text
 */
export function findPlainSecrets(
  stack: string,
  config: Readonly<Record<string, string>>,
  isEncrypted: (key: string) => boolean,
): CatalogueFinding[] {
  return Object.entries(config).flatMap(([key, value]): CatalogueFinding[] => {
    const hasPrivateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(value);
    // An empty value keeps the provider from reading the environment, and the path of a key is no secret.
    const isSecret = isSecretKey(key) && value !== "" && !(key.endsWith(":clientKey") && isAbsolute(value));
    if (isEncrypted(key) || !(isSecret || hasPrivateKey)) return [];
    const encryptedKey = isSecretKey(key) ? key : `${key.split(":")[0]}:clientKey`;
    return [
      {
        code: "SECRET_NOT_ENCRYPTED",
        place: `Pulumi.${stack}.yaml`,
        field: key,
        given: "(not shown)",
        refused:
          `${hasPrivateKey ? "the private key" : "the secret"} is not encrypted, so git and its history contain it. Replace ` +
          `it, and set the new one with npm run secret -- --stack ${stack} ${encryptedKey}`,
      },
    ];
  });
}
