import { writeFileSync } from "node:fs";
import { messageOf } from "./errors.mjs";

/**
 * Writes a report to the file that a flag names.
 * @throws Error that names both, with the system's own words, which name no file where the disk is full
 */
export function writeReport(flag: string, file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new Error(`${flag} ${file} cannot be written: ${messageOf(error)}`);
  }
}
