// Records of what was verified. run.mjs uses them, so they need no package and run on Node 20 and later.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { hasCode } from "./errors.mjs";

/**
 * Returns a text that changes when a file is replaced: another file has another change time or inode, whatever its
 * modification time was set to.
 * @param {import("node:fs").BigIntStats} stats
 */
export function stateOf({ size, mtimeNs, ctimeNs, ino }) {
  return [size, mtimeNs, ctimeNs, ino].join(" ");
}

/**
 * @param {string} file
 * @returns {string | undefined} undefined if there is no such record
 */
export function readRecord(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/**
 * Writes a record at once, because another command may be reading it.
 * @param {string} file
 * @param {string} text
 */
export function writeRecord(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, text);
  renameSync(`${file}.${process.pid}`, file);
}
