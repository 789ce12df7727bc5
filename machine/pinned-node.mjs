// Verifies the Node that runs the commands. run.mjs uses it, so it needs no package and runs on Node 20 and later.
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { readRecord, stateOf, writeRecord } from "./records.mjs";

/**
 * Returns the SHA-256 of a program. Reads it only if it has changed since the last time, because Node has 120 MB.
 * @param {string} program
 * @param {string} record the file that keeps the hash, in this clone, like those of `toolchain/verified-folder.ts`
 */
export function hashProgram(program, record) {
  const state = stateOf(statSync(program, { bigint: true }));
  const [known, knownState] = readRecord(record)?.split("\n") ?? [];
  if (known && knownState === state) return known;
  const hash = createHash("sha256").update(readFileSync(program)).digest("hex");
  writeRecord(record, `${hash}\n${state}`);
  return hash;
}
