import { join } from "node:path";
import { pulumiBin } from "../dev/places.ts";
import { runInFront } from "../dev/toolchain/run-tool.ts";
import type { DiskRoom } from "./disk-room.ts";
import { isAboutLocks, parseLocks } from "./locks.ts";
import { endOrphans } from "./orphans.ts";
import { prepare } from "./pulumi.ts";
import { noteRun } from "./runs.ts";
import { say } from "./say.ts";

/** The commands of the engine that change what is on the cluster. */
const updates: readonly (string | undefined)[] = ["up", "update", "destroy"];

/**
 * Runs the Pulumi CLI in front of the user and gives its exit code. Where a run that was killed, or that failed, is in
 * the way it is cleared away first; what only a person can decide is told with what to do.
 */
export async function runPulumi(stack: string, args: readonly string[]): Promise<number> {
  const env = await prepare(stack);
  const isUpdate = updates.includes(args[0]);
  const room = isUpdate ? await (await import("./disk-room.ts")).DiskRoom.reserve(stack) : undefined;
  try {
    return await runWith(env, stack, args, room);
  } finally {
    room?.release();
  }
}

async function runWith(
  env: NodeJS.ProcessEnv,
  stack: string,
  args: readonly string[],
  room: DiskRoom | undefined,
): Promise<number> {
  const onStart = (pid: number) => {
    const ends = [noteRun(pid), room?.watch(pid)];
    return (exitCode: number | null) => {
      for (const end of ends) end?.(exitCode);
    };
  };
  const run = async () => {
    const lines: string[] = [];
    // The engine takes SIGINT as: finish what is under way, write the state, end.
    const exitCode = await runInFront(join(pulumiBin, "pulumi"), args, {
      env,
      endWith: "SIGINT",
      onStart,
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
  let isInterrupted = false;
  const onSignal = () => {
    isInterrupted = true;
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, onSignal);
  // Only for updates, and below for what failed: they load what reading a state takes.
  const recovery = updates.includes(args[0]) ? await import("./recover-state.ts") : undefined;
  // A killed run may have left a state that cannot be read, behind that a lock, and behind that unfinished topics.
  for (let left = 3; ; left--) {
    const before = await recovery?.readRecovered(stack);
    if (isInterrupted) return interrupted;
    const { exitCode, said } = await run();
    if (exitCode === 0) return 0;
    await endOrphans();
    if (await room?.explainFull()) return exitCode;
    if (isInterrupted || left === 0) return exitCode;
    const { clearAway } = await import("./clear-away.ts");
    const isCleared =
      (await clearAway(stack, said)) || (before && (await recovery?.recoverRefused(stack, before)));
    if (isCleared) continue;
    if (args[0] === "preview") {
      const { explainUnfinished } = await import("./recover-state.ts");
      const reason = await explainUnfinished(stack);
      if (reason) say(reason);
    }
    return exitCode;
  }
}

/** The exit code of a program that SIGINT ends. */
const interrupted = 130;
