// Verifies the Node that runs the commands. run.mjs uses it, so it needs no package and runs on Node 20 and later.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Returns the SHA-256 of a program. Reads it only if it has changed since the last time, because Node has 120 MB.
 * @param {string} program
 * @param {string} record the file that keeps the hash, in this clone, like those of `toolchain/verified-folder.ts`
 */
export function hashProgram(program, record) {
  // A program that was replaced has another change time or inode, whatever its modification time was set to.
  const { size, mtimeNs, ctimeNs, ino } = statSync(program, { bigint: true });
  const state = [size, mtimeNs, ctimeNs, ino].join(" ");
  const [known, knownState] = read(record).split("\n");
  if (known && knownState === state) return known;
  const hash = createHash("sha256").update(readFileSync(program)).digest("hex");
  mkdirSync(dirname(record), { recursive: true });
  // Replaced at once, because another command may be reading it.
  writeFileSync(`${record}.${process.pid}`, `${hash}\n${state}`);
  renameSync(`${record}.${process.pid}`, record);
  return hash;
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
