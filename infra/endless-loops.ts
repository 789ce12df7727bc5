import { url } from "node:inspector";
import { Worker } from "node:worker_threads";

/** How long code may block the main thread, in steps of the watch. */
const [stepMs, mostSteps] = [100, 50];

// An endless loop blocks its thread, so a worker thread checks whether the main thread still increments a counter, and
// terminates the loop if not. The worker counts steps, not time, because a machine may sleep.
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
 * Terminates endless loops in the main thread. A promise of terminated code never settles.
 * @param onBroken is called after each terminated loop
 * @returns a function that ends the watch
 */
export function breakEndlessLoops(onBroken: () => void): () => void {
  // A debugger may pause the main thread for any time.
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
