import { url } from "node:inspector";
import { Worker } from "node:worker_threads";

/** How often the watch looks. */
const stepMs = 100;

/**
 * How long code may block the main thread: in processor time, because on a busy machine a module may load for seconds
 * without getting a processor; and in steps, for code that only waits. Steps, not time, because a machine may sleep.
 */
const [mostCpuMs, mostSteps] = [5_000, 600];

// An endless loop blocks its thread, so a worker thread checks whether the main thread still increments a counter, and
// terminates the loop if not.
const watch = `
const { Session } = require("node:inspector");
const { parentPort, workerData } = require("node:worker_threads");
let [seen, steps, since] = [-1, 0, process.cpuUsage()];
setInterval(() => {
  const count = Atomics.load(workerData, 0);
  if (count !== seen) [seen, steps, since] = [count, 0, process.cpuUsage()];
  steps++;
  const { user, system } = process.cpuUsage(since);
  if (steps < ${mostSteps} && (user + system) / 1000 < ${mostCpuMs}) return;
  [steps, since] = [0, process.cpuUsage()];
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
