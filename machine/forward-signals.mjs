import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { toolEnvironment } from "./tool-environment.mjs";

const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/** How long a signal may take to reach a whole process group, or to arrive a second time through npm. */
const spreadMs = 300;

/**
 * Forwards signals to a program that would miss them. A signal to the whole process group, from a terminal or a CI
 * runner, has already reached the program, and a second one would make the engine abort at once.
 * @param {import("node:child_process").ChildProcess} program
 * @param {NodeJS.Signals} [as] the signal to send instead of the received one
 * @returns {() => void} a function to call when the program has ended
 */
export function forwardSignals(program, as) {
  // A receiver cannot know where a signal was sent. If it also ends a witness process in the same group, it was sent to
  // the group.
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
      // The same signal may still arrive through npm.
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
  // The witness ends with this process, however that ends, because its input is closed.
  const witness = spawn("cat", [], { env: toolEnvironment(), stdio: ["pipe", "ignore", "ignore"] });
  witness.on("error", () => {});
  witness.unref();
  // @ts-expect-error: the stream is a socket, which the types do not say.
  witness.stdin.unref();
  return witness;
}
