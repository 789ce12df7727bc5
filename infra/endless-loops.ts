import { url } from "node:inspector";
import { Worker } from "node:worker_threads";

/** How long code may run without a pause, in steps of the watch. */
const [stepMs, mostSteps] = [100, 50];

// Code that loops for ever leaves nothing else in its thread a turn, so another thread looks whether the first counts
// on, and breaks the loop off. Steps are counted, not time: a machine may sleep.
const watch = `
const { Session } = require("node:inspector");
const { parentPort, workerData } = require("node:worker_threads");
let [seen, steps] = [-1, 0];
setInterval(() => {
  const count = Atomics.load(workerData, 0);
  steps = count === seen ? steps + 1 : 0;
  seen = count;
  if (steps < ${mostSteps}) return;
  steps = 0;
  const session = new Session();
  session.connectToMainThread();
  session.post("Runtime.terminateExecution", () => {
    session.disconnect();
    parentPort.postMessage("broken off");
  });
}, ${stepMs});
`;

/**
 * Breaks off code of the main thread that loops for ever. Whoever awaits that code is never told.
 * @param onBroken is called after each
 * @returns to be called when the watch is to end
 */
export function breakEndlessLoops(onBroken: () => void): () => void {
  // Somebody debugs, and stops where he likes.
  if (url() !== undefined) return () => {};
  const count = new Int32Array(new SharedArrayBuffer(4));
  const counting = setInterval(() => Atomics.add(count, 0, 1), stepMs);
  const worker = new Worker(watch, { eval: true, execArgv: [], workerData: count });
  worker.on("message", onBroken).unref();
  return () => {
    clearInterval(counting);
    void worker.terminate();
  };
}
