import { join } from "node:path";
import { pulumiBin } from "../dev/places.ts";
import { runInFront } from "../dev/toolchain/run-tool.ts";
import { readStackConnection } from "./deployed.ts";
import { describeLock, endOrphans, isAboutLocks, isLeftBehind, parseLocks } from "./locks.ts";
import { mendState } from "./mend-state.ts";
import { askPulumi, prepare } from "./pulumi.ts";
import { readState } from "./state.ts";
import { isStateUnreadable } from "./state-files.ts";

/**
 * Runs the Pulumi CLI in front of the user and gives its exit code. Where a run that was killed is in the way it is
 * cleared away, and the command runs again; what only a person can decide is told with what to do.
 */
export async function runPulumi(stack: string, args: readonly string[]): Promise<number> {
  const env = await prepare(stack);
  const run = async () => {
    const lines: string[] = [];
    // The engine takes SIGINT as: finish what is under way, write the state, end.
    const exitCode = await runInFront(join(pulumiBin, "pulumi"), args, {
      env,
      endWith: "SIGINT",
      onErrorLine: (line) => {
        lines.push(line);
        if (!isAboutLocks(line)) say(line);
      },
    });
    const said = lines.join("\n");
    // In words that are not known here they are better than none.
    if (parseLocks(said).length === 0) lines.filter(isAboutLocks).forEach(say);
    return { exitCode, said };
  };
  // A killed run may have left both: a state that cannot be read, and behind that a lock.
  for (let left = 3; ; left--) {
    const { exitCode, said } = await run();
    if (exitCode !== 0) await endOrphans();
    if (exitCode === 0 || left === 0 || !(await clearAway(stack, said))) return exitCode;
  }
}

/** Whether what made a command fail is gone now. */
async function clearAway(stack: string, said: string): Promise<boolean> {
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

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
