import { createCipheriv, pbkdf2Sync, randomBytes } from "node:crypto";
import { isSecretKey } from "../kafka/secret-settings.ts";

/** As the engine encrypts with a passphrase (`sdk/go/common/resource/config/crypt.go`). */
const salt = Buffer.from("salt of the tests");
const keys = new Map<string, Buffer>();
/** A stack's file that is written again with the same secrets has not changed. */
const encrypted = new Map<string, string>();

/** Returns the content of a stack's file, as JSON, which is valid YAML: with the secrets of its connections encrypted. */
export function writeStackFile(config: Readonly<Record<string, unknown>>, passphrase = ""): string {
  const secrets = Object.entries(config).filter(([name, value]) => isSecretKey(name) && value);
  if (secrets.length === 0) return JSON.stringify({ config });
  const hidden = secrets.map(([name, value]) => [name, { secure: encryptOnce(String(value), passphrase) }]);
  return JSON.stringify({
    config: { ...config, ...Object.fromEntries(hidden) },
    encryptionsalt: `v1:${salt.toString("base64")}:${encryptOnce("pulumi", passphrase)}`,
  });
}

function encryptOnce(text: string, passphrase: string): string {
  const key = JSON.stringify([text, passphrase]);
  const known = encrypted.get(key) ?? encrypt(text, passphrase);
  encrypted.set(key, known);
  return known;
}

function encrypt(text: string, passphrase: string): string {
  const key = keys.get(passphrase) ?? pbkdf2Sync(passphrase, salt, 1_000_000, 32, "sha256");
  keys.set(passphrase, key);
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const bytes = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${bytes.toString("base64")}`;
}
