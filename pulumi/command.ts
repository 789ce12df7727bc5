import { constants } from "node:os";
import { join } from "node:path";
import { handOver } from "../infra/evaluated-catalogue.ts";
import { expectNoChangesVariable } from "../infra/judged-state.ts";
import { exitCodes } from "../machine/command.ts";
import { pulumiBin } from "../machine/paths.ts";
import { privateFiles, runInFront } from "../machine/toolchain/run-tool.ts";
import { PulumiError } from "./cli.ts";
import type { DiskRoom } from "./disk-room.ts";
import { prepare } from "./environment.ts";
import { isAboutLocks, parseLocks } from "./locks.ts";
import { endOrphans } from "./orphans.ts";
import { noteRun } from "./runs.ts";
import { say } from "./say.ts";
import { beginUpdate, reportLocked, type Update } from "./update.ts";
import { watchBrokers } from "./watch-brokers.ts";

/** The engine's commands that change the cluster. */
const updates: readonly (string | undefined)[] = ["up", "destroy"];

/** The maximum number of engine runs: a broken state hides a lock, and a lock hides unfinished topics. */
const mostTries = 4;

/**
 * Runs the Pulumi CLI in the foreground and returns its exit code. If what a killed or failed run left behind is in the
 * way, clears it away first; if only a person can decide, says what to do.
 * @param update for the engine's `up`
 * @param environment variables to change; undefined removes one
 */
export async function runPulumi(
  stack: string,
  given: readonly string[],
  update?: Update,
  environment: NodeJS.ProcessEnv = {},
): Promise<number> {
  const isLogging = logsRequests(given);
  // Otherwise the engine would write its log, which contains secrets, to files in the folder for temporary files.
  const args = isLogging ? [...given.slice(0, 1), "--logtostderr", ...given.slice(1)] : given;
  if (isLogging) await (await import("./learn-secrets.ts")).learnLoggedSecrets(stack);
  // Loaded only for updates and, below, after a failure: reading a state takes several modules.
  const isUpdate = updates.includes(args[0]);
  const recovery = isUpdate ? await import("./recover-state.ts") : undefined;
  const prepared = await prepare(stack);
  const room = isUpdate ? await (await import("./disk-room.ts")).DiskRoom.reserve(stack) : undefined;
  const interruption = watchInterruption();
  const handedOver = update && handOver(update.catalogue);
  const expected = expectsNoChanges(args) && { [expectNoChangesVariable]: "true" };
  const env = { ...prepared, ...environment, ...handedOver?.environment, ...expected };
  try {
    for (let tries = 1; ; tries++) {
      if (update && room && (await reportLocked(stack, room.folder))) return exitCodes.failure;
      const begun = await (recovery && beginUpdate(stack, recovery, update))?.catch((error: unknown) => {
        // The signal ended the engine too.
        if (interruption.exitCode() === undefined) throw error;
      });
      const interrupted = interruption.exitCode();
      if (interrupted !== undefined) return interrupted;
      // The cause of the last failure may persist: brokers that have just started do not know all topics yet.
      const mayRepeat = begun?.isRecovered === true && tries === 1;
      const recoverFailed = () =>
        begun && recovery?.recoverFailed(stack, begun.state, mayRepeat, update?.catalogue);
      const judgement = begun?.judgement;
      if (judgement?.wouldFail && tries < mostTries && (await recoverFailed())) continue;
      if (judgement?.prepare && judgement.exitCode === 0 && tries < mostTries) {
        await judgement.prepare();
        continue;
      }
      judgement?.show();
      if (judgement && judgement.exitCode !== 0) return judgement.exitCode;
      const isPrepared = (await judgement?.precede?.(interruption.signal)) ?? true;
      if (!isPrepared || interruption.signal.aborted) return interruption.exitCode() ?? exitCodes.failure;
      if (judgement?.isNeedless) {
        // An earlier attempt may have changed something.
        await judgement.afterSuccess?.(interruption.signal);
        return judgement.exitCode;
      }
      const { exitCode, said } = await runOnce(stack, args, { ...env, ...judgement?.environment }, room);
      if (exitCode === 0) {
        await judgement?.afterSuccess?.(interruption.signal);
        return exitCode;
      }
      await endOrphans();
      await judgement?.afterFailure?.();
      if (await room?.explainFull()) return exitCode;
      if (interruption.exitCode() !== undefined || tries === mostTries) return exitCode;
      const { explainMissing } = await import("./missing.ts");
      const missing = explainMissing(stack, { exitCode, said });
      if (missing) {
        say(missing);
        return exitCode;
      }
      const { clearAway } = await import("./leftovers.ts");
      if (await clearAway(stack, said, args[0] === "cancel")) continue;
      if (await recoverFailed()) continue;
      if (args[0] === "preview") await reportUnfinished(stack, said);
      return exitCode;
    }
  } finally {
    interruption.stopWatching();
    room?.release();
    handedOver?.remove();
  }
}

/** Whether the flags expect that an update changes nothing; one of selected topics resets no configs. */
export function expectsNoChanges(flags: readonly string[]): boolean {
  const isGiven = flags.some((flag) => /^--expect-no-changes(=(true|t|1))?$/i.test(flag));
  return isGiven && !flags.some((flag) => /^(-t|--target|--exclude)/.test(flag));
}

/** Whether the flags make the engine log its requests to the provider, which contain the stack's secrets. */
function logsRequests(flags: readonly string[]): boolean {
  // A flag of one letter may follow others: -yv9.
  return flags.some((flag) => /^(-[a-zA-Z]*v|--verbose(=|$))/.test(flag));
}

/** The commands whose output is a report for people; that of all others, such as an exported state, is data. */
const reporting: readonly (string | undefined)[] = [...updates, "preview", "refresh", "import"];

/** Whether the engine prints data that masking would damage, or secrets that the user asks for. */
function printsData(args: readonly string[]): boolean {
  return !reporting.includes(args[0]) || args.includes("--show-secrets");
}

async function runOnce(
  stack: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  room: DiskRoom | undefined,
): Promise<{ exitCode: number; said: string }> {
  const lines: string[] = [];
  const stopWatching = updates.includes(args[0]) ? watchBrokers(stack) : () => {};
  // On SIGINT the engine finishes the operations in progress, writes the state and exits.
  const exitCode = await runInFront(join(pulumiBin, "pulumi"), args, {
    env,
    umask: privateFiles,
    isData: printsData(args),
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
  // If the lock message cannot be parsed, the engine's own lines are better than none.
  if (parseLocks(said).length === 0) lines.filter(isAboutLocks).forEach(say);
  return { exitCode, said };
}

/** Reports an unfinished update, which may be why a preview failed; the engine does not report it. */
async function reportUnfinished(stack: string, said: string): Promise<void> {
  const { isStateUnreadable } = await import("./unreadable-state.ts");
  if (isStateUnreadable(said)) return;
  const { explainUnfinished } = await import("./recovery.ts");
  const { exportState } = await import("./state.ts");
  try {
    const reason = explainUnfinished(stack, await exportState(stack));
    if (reason) say(reason);
  } catch (error) {
    // The engine has just reported the same error.
    if (!(error instanceof PulumiError)) throw error;
  }
}

/** Watches for a signal, which the engine gets too, so that nothing is started after it. */
function watchInterruption() {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    exitCode ??= 128 + constants.signals[signal];
    controller.abort();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return {
    /** Aborted by the first signal. */
    signal: controller.signal,
    /** The exit code of a program that the signal ends; undefined before a signal. */
    exitCode: () => exitCode,
    stopWatching: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
