import { readStackConnection } from "./deployed.ts";
import { describeLock, isLeftBehind, parseLocks } from "./locks.ts";
import { isStateUnreadable, mendState, say } from "./mend-state.ts";
import { askPulumi } from "./pulumi.ts";
import { readState } from "./state.ts";

/**
 * Clears away what a killed run has left, as far as that made a command fail.
 * @param said the engine's standard error
 * @returns whether the command is worth another try
 * @throws UnreachableError when the cluster has to answer first
 */
export async function clearAway(stack: string, said: string): Promise<boolean> {
  const locks = parseLocks(said);
  if (locks.length > 0) {
    const living = locks.filter((lock) => !isLeftBehind(lock));
    if (living.length > 0) {
      say(`Stack ${stack} is locked: ${living.map(describeLock).join("; ")}, is working on it.`);
      say(
        `Wait until that has ended. If you know that it is dead: npm run pulumi -- cancel --stack ${stack}`,
      );
      return false;
    }
    say(`The last run on stack ${stack} was interrupted: ${locks.map(describeLock).join("; ")}.`);
    // With the lock still there: without an answer of the cluster the next run begins here again.
    const pending = await readPending(stack);
    say("Its process is gone, so its lock is removed; what it has created is adopted.");
    await askPulumi(stack, ["cancel", "--yes"]);
    await forgetPending(stack, pending);
    return true;
  }
  return isStateUnreadable(said) && (await mendState(stack));
}

/**
 * What the state says that a killed run was working on, as far as a refresh may look after it: of a topic that the
 * principal may not DESCRIBE it would think that it is gone.
 * @throws UnreachableError when the cluster does not answer, which a refresh would wait for without a word
 */
async function readPending(stack: string): Promise<string[]> {
  const { root, pending, pendingCreates, topics } = await readState(stack);
  if (!root || pending.length + pendingCreates === 0) return [];
  // Only here: the client takes a quarter of a second to load.
  const { readLiveCluster } = await import("../kafka/live-cluster.ts");
  const names = [...topics.values()].filter(({ urn }) => pending.includes(urn)).map(({ name }) => name);
  const { forbidden } = await readLiveCluster(await readStackConnection(stack), names);
  const hidden = new Set(forbidden.map((name) => topics.get(name)?.urn));
  return [root, ...pending.filter((urn) => !hidden.has(urn))];
}

/**
 * Brings what a killed run was working on up to date. Each later run would warn of what it was about to create; what
 * of that there is the preflight finds out.
 */
async function forgetPending(stack: string, urns: readonly string[]): Promise<void> {
  if (urns.length === 0) return;
  const flags = ["--yes", "--skip-preview", "--clear-pending-creates", "--suppress-outputs"];
  await askPulumi(stack, ["refresh", ...flags, ...urns.flatMap((urn) => ["--target", urn])]);
}
