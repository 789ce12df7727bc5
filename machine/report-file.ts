import { writeFileSync } from "node:fs";
import { messageOf } from "./errors.mjs";
import { maskSecrets } from "./secrets.ts";

/**
 * Writes a report to the file that a flag names.
 * @throws Error with both and the system's message, which does not name the file if the disk is full
 */
export function writeReport(flag: string, file: string, text: string): void {
  try {
    writePrivateFile(file, text);
  } catch (error) {
    throw new Error(`${flag} ${file} cannot be written: ${messageOf(error)}`);
  }
}

/** Writes text to a file, without the known secrets. A new file can be read only by this user. */
export function writePrivateFile(file: string, text: string): void {
  writeFileSync(file, maskSecrets(text), { mode: 0o600 });
}
