import { clearLocks } from "./clear-locks.ts";
import { describeLock, isLeftBehind, parseLocks } from "./locks.ts";
import { isStateUnreadable, mendState, say } from "./mend-state.ts";

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
    say(`Stack ${stack} is locked: ${living.map(describeLock).join("; ")}, is working on it.`);
    say(`Wait until that has ended. If you know that it is dead: npm run pulumi -- cancel --stack ${stack}`);
    return false;
  }
  await clearLocks(stack, locks);
  return true;
}
