import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { constants } from "node:os";
import { join, sep } from "node:path";
import { localFolder } from "../../machine/paths.ts";
import { isRunning, listOwnProcesses, sendSignal, workingDirectoryOf } from "../../machine/processes.ts";
import { listTree } from "./process-memory.ts";

const runsFolder = join(localFolder, "bench");

/**
 * Creates the folder of a benchmark run, and ends what killed runs have left behind.
 * @param interrupted what is printed after a signal
 * @returns the folder, and a function that ends every process of this run and removes the folder; a signal does the
 *   same
 */
export function makeRunFolder(interrupted = "What was measured before is kept."): {
  folder: string;
  remove: () => void;
} {
  mkdirSync(runsFolder, { recursive: true });
  for (const name of readdirSync(runsFolder)) {
    const pid = Number(/^(\d+)-/.exec(name)?.[1]);
    if (pid && !isRunning(pid)) removeRun(join(runsFolder, name));
  }
  const folder = mkdtempSync(join(runsFolder, `${process.pid}-`));
  const remove = () => {
    for (const pid of listTree(process.pid)) if (pid !== process.pid) sendSignal(pid, "SIGKILL");
    removeRun(folder);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      process.stderr.write(`\nInterrupted. ${interrupted}\n`);
      remove();
      process.exit(128 + constants.signals[signal]);
    });
  }
  return { folder, remove };
}

/** Ends the brokers, whose settings are in the folder, and the processes that a dead engine left running there. */
function removeRun(folder: string): void {
  for (const { pid, commandLine } of listOwnProcesses()) {
    const isOfRun =
      commandLine.includes(folder) || `${workingDirectoryOf(pid)}${sep}`.startsWith(`${folder}${sep}`);
    if (isOfRun && pid !== process.pid) sendSignal(pid, "SIGKILL");
  }
  // A broker that is ending may write once more.
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
