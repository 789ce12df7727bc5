import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { startOf } from "../machine/lock.mjs";
import { pulumiHome } from "../machine/paths.ts";
import { identifySystem } from "../machine/processes.ts";

/** A process of the engine that runs, or that was killed. */
export type Run = {
  /** Tells it from every other process that had or will have its id. */
  readonly start: string;
  /** Tells its system from others of the same host name. */
  readonly system: string;
  /** When it was first and last seen alive, in ms since 1970. */
  readonly firstSeen: number;
  readonly lastSeen: number;
};

const heartbeatMs = 1_000;
/** A busy machine skips some. */
const heartbeatToleranceMs = 5_000;
const folder = join(pulumiHome, "kafka-topics-runs");
const runFile = z.object({ start: z.string(), system: z.string(), firstSeen: z.number() });

/**
 * Keeps note of a process of the engine for whoever finds its lock once it was killed.
 * @returns to be called when it has ended, with its exit code
 */
export function noteRun(pid: number): (exitCode: number | null) => void {
  const file = fileOf(pid);
  try {
    const run = { start: startOf(pid), system: identifySystem(), firstSeen: Date.now() };
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, JSON.stringify(run));
  } catch {
    // The process runs all the same. Should it be killed, a person has to remove its lock.
    return () => {};
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    // Somebody may have cleared the folder.
    if (statSync(file, { throwIfNoEntry: false })) utimesSync(file, now, now);
  }, heartbeatMs).unref();
  return (exitCode) => {
    clearInterval(heartbeat);
    // By a signal, or in a panic: only such an end leaves a lock.
    if (exitCode !== null && exitCode !== 2) rmSync(file, { force: true });
  };
}

/** The last process of the engine that had this id, as far as it was noted and did not end in good order. */
export function readRun(pid: number): Run | undefined {
  try {
    const run = runFile.parse(JSON.parse(readFileSync(fileOf(pid), "utf8")));
    return { ...run, lastSeen: statSync(fileOf(pid)).mtimeMs + heartbeatToleranceMs };
  } catch {
    return undefined;
  }
}

function fileOf(pid: number): string {
  return join(folder, `${pid}.json`);
}
