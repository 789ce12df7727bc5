import { join } from "node:path";
import { pulumiBin } from "../dev/places.ts";
import { runInFront } from "../dev/toolchain/run-tool.ts";
import type { DiskRoom } from "./disk-room.ts";
import { isAboutLocks, parseLocks } from "./locks.ts";
import { endOrphans } from "./orphans.ts";
import { prepare } from "./pulumi.ts";
import { noteRun } from "./runs.ts";
import { say } from "./say.ts";
import { watchBrokers } from "./watch-brokers.ts";

/** The commands of the engine that change what is on the cluster. */
const updates: readonly (string | undefined)[] = ["up", "update", "destroy"];

/** Of the engine's tries: a killed run may have left a broken state, behind that a lock, behind that unfinished topics. */
const mostTries = 4;

/** The exit code of a program that SIGINT ends. */
const interrupted = 130;

/**
 * Runs the Pulumi CLI in front of the user and gives its exit code. Where a run that was killed, or that failed, is in
 * the way it is cleared away first; what only a person can decide is told with what to do.
 */
export async function runPulumi(stack: string, args: readonly string[]): Promise<number> {
  // Only for updates, and below for what failed: they load what reading a state takes.
  const isUpdate = updates.includes(args[0]);
  const room = isUpdate ? await (await import("./disk-room.ts")).DiskRoom.reserve(stack) : undefined;
  const recovery = isUpdate ? await import("./recover-state.ts") : undefined;
  const interruption = watchInterruption();
  try {
    for (let tries = 1; ; tries++) {
      const before = await recovery?.readRecovered(stack);
      if (interruption.hasCome()) return interrupted;
      const { exitCode, said } = await runOnce(stack, args, room);
      if (exitCode === 0) return 0;
      await endOrphans();
      if (await room?.explainFull()) return exitCode;
      if (interruption.hasCome() || tries === mostTries) return exitCode;
      const { clearAway } = await import("./clear-away.ts");
      if (await clearAway(stack, said)) continue;
      if (before && (await recovery?.recoverRefused(stack, before))) continue;
      if (args[0] === "preview") await reportUnfinished(stack);
      return exitCode;
    }
  } finally {
    interruption.stopWatching();
    room?.release();
  }
}

async function runOnce(
  stack: string,
  args: readonly string[],
  room: DiskRoom | undefined,
): Promise<{ exitCode: number; said: string }> {
  const env = await prepare(stack);
  const lines: string[] = [];
  const stopWatching = updates.includes(args[0]) ? watchBrokers(stack) : () => {};
  // The engine takes SIGINT as: finish what is under way, write the state, end.
  const exitCode = await runInFront(join(pulumiBin, "pulumi"), args, {
    env,
    endWith: "SIGINT",
    onStart: (pid) => {
      const ends = [noteRun(pid), room?.watch(pid)];
      return (code) => {
        for (const end of ends) end?.(code);
      };
    },
    onErrorLine: (line) => {
      lines.push(line);
      if (!isAboutLocks(line)) say(line);
    },
  }).finally(stopWatching);
  const said = lines.join("\n");
  // In words that are not known here they are better than none.
  if (parseLocks(said).length === 0) lines.filter(isAboutLocks).forEach(say);
  return { exitCode, said };
}

/** Why a preview may have failed that the engine knows nothing of. */
async function reportUnfinished(stack: string): Promise<void> {
  const { explainUnfinished } = await import("./recovery.ts");
  const { exportState } = await import("./state.ts");
  const reason = explainUnfinished(stack, await exportState(stack));
  if (reason) say(reason);
}

/** Notices a signal, which the engine gets too, so that nothing is begun after it. */
function watchInterruption() {
  let hasCome = false;
  const onSignal = () => {
    hasCome = true;
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, onSignal);
  return {
    hasCome: () => hasCome,
    stopWatching: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
