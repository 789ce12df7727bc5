import { readFileSync, statSync } from "node:fs";
import { isAbsolute } from "node:path";

/** What a PEM text has to contain. */
export type PemKind = "certificate" | "private key";

const labels = {
  certificate: /-----BEGIN CERTIFICATE-----/,
  "private key": /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
} as const satisfies Record<PemKind, RegExp>;

/**
 * Reads PEM text, or the file at an absolute path. The engine runs the program in a different folder from the other
 * commands, so a relative path would name two files.
 * @returns the text, or why it is not what is allowed
 */
export function readPem(
  value: string,
  kind: PemKind,
): { readonly text: string } | { readonly reason: string } {
  if (labels[kind].test(value)) return { text: value };
  if (!isPath(value)) return { reason: explainContent("this text", value, kind) };
  if (!isAbsolute(value)) return { reason: "this path is relative" };
  try {
    const file = statSync(value);
    if (file.isDirectory()) return { reason: "this is a directory" };
    // A device or a pipe may never end.
    if (!file.isFile()) return { reason: "this is not a regular file" };
    const text = readFileSync(value, "utf8");
    return labels[kind].test(text) ? { text } : { reason: explainContent("this file", text, kind) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return { reason: code === "ENOENT" ? "this file does not exist" : `this file cannot be read (${code})` };
  }
}

/** Names of files that usually contain certificates or keys. */
const relativePath = /^[\w@./ -]{1,200}\.(pem|crt|cer|cert|key|der|p12|pfx|jks)$/i;

/** Whether a value is a path rather than the content of a file, which may be secret. */
export function isPath(value: string): boolean {
  return /^\/[\w@./ +=:,-]*$/.test(value) || relativePath.test(value);
}

function explainContent(what: string, text: string, kind: PemKind): string {
  const other = kind === "certificate" ? "private key" : "certificate";
  return labels[other].test(text) ? `${what} is a ${other}` : `${what} contains no ${kind}`;
}
