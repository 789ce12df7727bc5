import { rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { pulumiBin } from "../dev/places.ts";
import { runInFront } from "../dev/toolchain/run-tool.ts";
import { describeLock, endOrphans, isAboutLocks, isLeftBehind, parseLocks } from "./locks.ts";
import { askPulumi, prepare } from "./pulumi.ts";
import { readState } from "./state.ts";
import { findBrokenState, isStateUnreadable } from "./state-files.ts";

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
    say("Its process is gone, so its lock is removed; what it created is adopted.");
    await askPulumi(stack, ["cancel", "--yes"]);
    await forgetPendingCreates(stack);
    return true;
  }
  return isStateUnreadable(said) && (await mendState(stack));
}

/**
 * The state of a killed run names topics that it was about to create, and each later run would warn of each of them:
 * the preflight finds out which there are.
 */
async function forgetPendingCreates(stack: string): Promise<void> {
  const { root, pending, pendingCreates } = await readState(stack);
  if (!root || pending.length + pendingCreates === 0) return;
  const flags = ["--yes", "--skip-preview", "--clear-pending-creates", "--suppress-outputs"];
  await askPulumi(stack, ["refresh", ...flags, ...[root, ...pending].flatMap((urn) => ["--target", urn])]);
}

async function mendState(stack: string): Promise<boolean> {
  const { url } = z
    .object({ url: z.string() })
    .parse(JSON.parse(await askPulumi(stack, ["whoami", "--json"])));
  const broken = findBrokenState(url, stack);
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

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
