import { rmSync } from "node:fs";
import { askPulumi } from "./ask-pulumi.ts";
import { findBackendFolder } from "./backend.ts";
import { describeLock, explainLocked, isLeftBehind, type Lock, parseLocks, readLocks } from "./locks.ts";
import { say } from "./say.ts";
import { isStateUnreadable, recoverUnreadableState } from "./unreadable-state.ts";

/**
 * Clears away what a killed run left behind, if that made a command fail.
 * @param said the engine's standard error
 * @param isCancel whether the command removes locks: its user knows that no process is left
 * @returns whether the command is worth another try
 */
export async function clearAway(stack: string, said: string, isCancel = false): Promise<boolean> {
  const told = parseLocks(said);
  if (told.length === 0) return isStateUnreadable(said) && (await recoverUnreadableState(stack, isCancel));
  const folder = await findBackendFolder(stack);
  const locks = folder === undefined ? told : readLocks(folder, stack);
  const living = locks.filter((lock) => !isLeftBehind(lock));
  if (living.length === 0) await clearLocks(stack, locks);
  else say(explainLocked(stack, living));
  return living.length === 0;
}

/** Removes locks of a stack whose processes are gone. */
export async function clearLocks(stack: string, locks: readonly Lock[]): Promise<void> {
  // A concurrent command may have removed them already.
  if (locks.length === 0) return;
  say(`The last run on stack ${stack} was interrupted: ${locks.map(describeLock).join("; ")}.`);
  say("Its process is gone; removing its lock.");
  const files = locks.flatMap((lock) => ("file" in lock && lock.file) || []);
  // `cancel` removes all locks of the stack, even that of an update that has just begun.
  if (files.length < locks.length) await askPulumi(stack, ["cancel", "--yes"]);
  for (const file of files) for (const name of [file, `${file}.attrs`]) rmSync(name, { force: true });
}
