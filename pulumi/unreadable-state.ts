import { rmSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { findBackendFolder } from "./backend.ts";
import { explainLocked, readLivingLocks } from "./locks.ts";
import { say } from "./say.ts";
import { findBrokenState } from "./state-files.ts";

/** The engine's words for a state that it cannot read, whatever is wrong with it. */
const unreadable =
  /failed to load checkpoint|panic: |unsupported checkpoint|cannot unmarshal|missing required 'urn'|unexpected end of JSON/;

/** The engine replaces a state in milliseconds; a slow disk may take longer. */
const [writeTimeoutMs, pollMs] = [2_000, 100];

/** Whether the engine ended because it could not read a stack's state. */
export function isStateUnreadable(said: string): boolean {
  return unreadable.test(said);
}

/**
 * Waits until a state can be read that another process may be writing. Where it still cannot, removes what a killed run
 * left beside it, or reports a state that only a person can restore.
 * @returns whether it is worth another try
 */
export async function recoverUnreadableState(stack: string): Promise<boolean> {
  const folder = await findBackendFolder(stack);
  if (folder === undefined) return false;
  const deadline = Date.now() + writeTimeoutMs;
  let broken = findBrokenState(folder, stack);
  for (; broken && Date.now() < deadline; broken = findBrokenState(folder, stack)) await wait(pollMs);
  const writers = readLivingLocks(folder, stack);
  // The engine cannot read such a lock either, and says so in the same words.
  const isLockUnreadable = writers.some((lock) => "unreadable" in lock);
  if (!broken && !isLockUnreadable) return true;
  if (!broken?.reason && writers.length > 0) {
    say(explainLocked(stack, writers));
    return false;
  }
  if (!broken) return false;
  if (!broken.reason) {
    // The engine keeps a state's type and checksum there, and makes them anew.
    for (const file of broken.emptyAttributes) rmSync(file);
    say(
      `The last run on stack ${stack} was interrupted and left empty files beside its state: they are removed.`,
    );
    return true;
  }
  say(`The state of stack ${stack} cannot be read: ${broken.file}: ${broken.reason}.`);
  if (broken.backup)
    say(`The newest backup that can: ${broken.backup.file}, of ${broken.backup.from.toISOString()}.`);
  say(
    "The topics are on the cluster, nothing is lost. docs/operations.md tells both ways back: the backup, or an",
  );
  say("empty state that adopts the topics.");
  return false;
}
