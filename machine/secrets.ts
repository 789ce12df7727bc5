import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";

/** A shorter text, such as "kafka", occurs in output by chance. */
const leastLength = 6;

/** A shorter line of a secret of several lines, such as the last line of a key, is no secret by itself. */
const leastLineLength = 16;

/** Variables whose values are secret, by the end of their names. */
const secretVariable =
  /(PASSWORD|PASSPHRASE|SECRET|TOKEN|CREDENTIALS|(ACCESS|ACCOUNT|API|CLIENT|PRIVATE|SECRET|STORAGE)_KEY)$/i;

/** The password in a URL, such as that of a backend or a proxy. */
const urlPassword = /^\w[\w+.-]*:\/\/[^/?#@]*?:([^/?#]+)@/;

const known = new Set<string>();
let mask: ((text: string) => string) | undefined;

/** Lets `maskSecrets` replace these texts from now on. */
export function hideSecrets(secrets: Iterable<string>): void {
  for (const secret of secrets) known.add(secret);
  mask = undefined;
}

/** Replaces all known secrets in a text by `[secret]`. */
export function maskSecrets(text: string): string {
  mask ??= makeMask(known);
  return mask(text);
}

/** Returns the values of variables that are secret by their names, and the passwords in URLs. */
export function secretsOf(environment: NodeJS.ProcessEnv): string[] {
  return Object.entries(environment).flatMap(([name, value = ""]) => {
    // A variable for a key may contain its path.
    if (secretVariable.test(name)) return isAbsolute(value) && existsSync(value) ? [] : [value];
    return urlPassword.exec(value)?.[1] ?? [];
  });
}

/**
 * Returns a function that replaces secrets in a text, also where they are escaped for JSON, HTML, Markdown or a URL. Texts of
 * fewer than 6 characters and numbers are not replaced: they occur by chance, and a part of a number is no valid JSON. A
 * secret of several lines is replaced line by line.
 */
export function makeMask(secrets: Iterable<string>): (text: string) => string {
  const lines = [...secrets].flatMap(linesOf);
  if (lines.length === 0) return (text) => text;
  // The longest first, because a secret may contain another one.
  const longestFirst = lines.sort((a, b) => b.length - a.length);
  const forms = longestFirst.map((line) => (line.match(/\\+|./gsu) ?? []).map(formsOf).join(""));
  const pattern = new RegExp(forms.join("|"), "g");
  return (text) => text.replace(pattern, "[secret]");
}

/** The lines of a secret that are secret by themselves. */
function linesOf(secret: string): string[] {
  const lines = secret
    .toWellFormed()
    .trim()
    .split(/\r?\n|\\n/);
  const least = lines.length > 1 ? leastLineLength : leastLength;
  // The first line of a PEM text is the same for all keys.
  return lines.filter((line) => line.length >= least && !/^(\d+$|-----)/.test(line));
}

/** JSON within JSON within JSON has 7 backslashes before a quotation mark, and 8 for a backslash. */
const mostEscapes = 8;

const entities: Readonly<Record<string, string>> = {
  "&": "amp",
  "<": "lt",
  ">": "gt",
  '"': "quot",
  "'": "apos",
};

/** Returns a pattern for a part: as it is, after backslashes, and as JSON, HTML and URLs escape it. */
function formsOf(part: string): string {
  if (/^[a-z\d]/i.test(part)) return part;
  const hex = (code: number, digits: number) =>
    code
      .toString(16)
      .padStart(digits, "0")
      .replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
  const code = part.codePointAt(0) ?? 0;
  const named = entities[part];
  const inHtml = `&(?:#0*${code}|#[xX]0*${hex(code, 1)}${named ? `|${named}` : ""});`;
  // One for all backslashes in a row, with a limit: otherwise, a text of many backslashes would take exponential time.
  if (part.startsWith("\\")) return `(?:\\\\|${inHtml}|%5[cC]){1,${mostEscapes * part.length}}`;
  const inUrl = Array.from(Buffer.from(part), (byte) => `%${hex(byte, 2)}`).join("");
  const escapes = (least: number) => `\\\\{${least},${mostEscapes}}`;
  return `(?:${inHtml}|${inUrl}|${escapes(1)}u${hex(code, 4)}|${escapes(0)}${/[!-~]/.test(part) ? `\\${part}` : part})`;
}
