import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";

const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/** How long a signal may take to reach a whole process group, or to come a second time through npm. */
const spreadMs = 300;

/**
 * Hands on to a program the signals that it would miss. One that went to the whole process group, from a terminal or a
 * CI runner, has reached it already, and a second one would tell the engine to break off at once.
 * @param {import("node:child_process").ChildProcess} program
 * @param {NodeJS.Signals} [as] what it is sent in place of each
 * @returns {() => void} to be called when the program has ended
 */
export function forwardSignals(program, as) {
  // Nobody but the sender knows whom a signal went to. A process of the same group that it ends tells.
  let witness = startWitness();
  let isBusy = false;
  let isOver = false;
  /** @param {NodeJS.Signals} signal */
  const onSignal = async (signal) => {
    if (isBusy) return;
    isBusy = true;
    const hasEnded = witness.exitCode !== null || witness.signalCode !== null;
    const wasGroup =
      hasEnded || (await Promise.race([once(witness, "exit").then(() => true), wait(spreadMs, false)]));
    if (!wasGroup) program.kill(as ?? signal);
    else {
      // The same signal may still be on its way through npm.
      await wait(spreadMs);
      if (!isOver) witness = startWitness();
    }
    isBusy = false;
  };
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
    isOver = true;
    witness.kill();
  };
}

function startWitness() {
  // It ends with this process, however that ends: its input does.
  const witness = spawn("cat", [], { stdio: ["pipe", "ignore", "ignore"] });
  witness.on("error", () => {});
  witness.unref();
  // @ts-expect-error: the stream is a socket, which the types do not tell.
  witness.stdin.unref();
  return witness;
}
