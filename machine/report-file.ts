import { writeFileSync } from "node:fs";
import { messageOf } from "./errors.mjs";

/**
 * Writes a report to the file that a flag names.
 * @throws Error with both and the system's message, which does not name the file if the disk is full
 */
export function writeReport(flag: string, file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new Error(`${flag} ${file} cannot be written: ${messageOf(error)}`);
  }
}
