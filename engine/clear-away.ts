import { describeLock, isLeftBehind, type Lock, parseLocks, reportLocked } from "./locks.ts";
import { isStateUnreadable, mendState } from "./mend-state.ts";
import { askPulumi } from "./pulumi.ts";
import { say } from "./say.ts";

/**
 * Clears away what a killed run has left, as far as that made a command fail.
 * @param said the engine's standard error
 * @returns whether the command is worth another try
 */
export async function clearAway(stack: string, said: string): Promise<boolean> {
  const locks = parseLocks(said);
  if (locks.length === 0) return isStateUnreadable(said) && (await mendState(stack));
  const living = locks.filter((lock) => !isLeftBehind(lock));
  if (living.length > 0) {
    reportLocked(stack, living);
    return false;
  }
  await clearLocks(stack, locks);
  return true;
}

/** Takes away the locks of a stack, all of whose processes are gone. */
export async function clearLocks(stack: string, locks: readonly Lock[]): Promise<void> {
  say(`The last run on stack ${stack} was interrupted: ${locks.map(describeLock).join("; ")}.`);
  say("Its process is gone, so its lock is removed.");
  await askPulumi(stack, ["cancel", "--yes"]);
}
