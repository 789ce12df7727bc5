import { rmSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { findBackendFolder } from "./backend.ts";
import { explainLocked, readLivingLocks } from "./locks.ts";
import { say } from "./say.ts";
import { findBrokenState } from "./state-files.ts";

/** The engine's messages for a state that it cannot read. */
const unreadable =
  /failed to load checkpoint|panic: |unsupported checkpoint|cannot unmarshal|missing required 'urn'|unexpected end of JSON/;

/** The engine replaces a state in milliseconds; a slow disk may take longer. */
const [writeTimeoutMs, pollMs] = [2_000, 100];

/** Whether the engine ended because it could not read a stack's state. */
export function isStateUnreadable(said: string): boolean {
  return unreadable.test(said);
}

/**
 * Waits until a state that another process may be writing can be read. If it still cannot, removes the empty files that a
 * killed run left next to it, or explains how a person can restore the state.
 * @param ignoresLocks whether locks do not count: the command is the one that removes them
 * @returns whether the command is worth another try
 */
export async function recoverUnreadableState(stack: string, ignoresLocks = false): Promise<boolean> {
  const folder = await findBackendFolder(stack);
  if (folder === undefined) return false;
  const deadline = Date.now() + writeTimeoutMs;
  let broken = findBrokenState(folder, stack);
  for (; broken && Date.now() < deadline; broken = findBrokenState(folder, stack)) await wait(pollMs);
  const writers = ignoresLocks ? [] : readLivingLocks(folder, stack);
  // The engine reports a lock that it cannot read with the same message.
  const isLockUnreadable = writers.some((lock) => "unreadable" in lock);
  if (!broken && !isLockUnreadable) return true;
  if (!broken?.reason && writers.length > 0) {
    say(explainLocked(stack, writers));
    return false;
  }
  if (!broken) return false;
  if (!broken.reason) {
    // The files contain the state's type and checksum, and the engine writes them again.
    for (const file of broken.emptyAttributes) rmSync(file);
    say(
      `The last run on stack ${stack} was interrupted and left empty files next to its state, which were removed.`,
    );
    return true;
  }
  say(`The state of stack ${stack} cannot be read: ${broken.file}: ${broken.reason}.`);
  if (broken.backup)
    say(`The newest readable backup: ${broken.backup.file}, of ${broken.backup.from.toISOString()}.`);
  say(
    "The topics on the cluster are not affected. docs/operations.md explains how to recover: restore the backup, or",
  );
  say("start with an empty state, which adopts the topics.");
  return false;
}
