import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { startOf } from "../machine/lock.mjs";
import { pulumiHome } from "../machine/paths.ts";
import { identifySystem } from "../machine/processes.ts";

/** A process of the engine that is running or was killed. */
export type Run = {
  /** Distinguishes it from all other processes with the same id. */
  readonly start: string;
  /** Distinguishes its system from others with the same host name. */
  readonly system: string;
  /** When it was first and last seen alive, in ms since 1970. */
  readonly firstSeen: number;
  readonly lastSeen: number;
};

const heartbeatMs = 1_000;
/** A busy machine skips some heartbeats. */
const heartbeatToleranceMs = 5_000;
const folder = join(pulumiHome, "kafka-topics-runs");
const runFile = z.object({ start: z.string(), system: z.string(), firstSeen: z.number() });

/**
 * Records a process of the engine, for commands that find its lock after it was killed.
 * @returns a function to call with the exit code when the process has ended
 */
export function noteRun(pid: number): (exitCode: number | null) => void {
  const file = fileOf(pid);
  try {
    const run = { start: startOf(pid), system: identifySystem(), firstSeen: Date.now() };
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, JSON.stringify(run));
  } catch {
    // The process runs anyway. If it is killed, a person has to remove its lock.
    return () => {};
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    // The folder may have been cleared.
    if (statSync(file, { throwIfNoEntry: false })) utimesSync(file, now, now);
  }, heartbeatMs).unref();
  return (exitCode) => {
    clearInterval(heartbeat);
    // A signal (null) or a panic (2) leaves a lock, so the record is kept.
    if (exitCode !== null && exitCode !== 2) rmSync(file, { force: true });
  };
}

/** The last engine process with this id, if it was recorded and did not exit normally. */
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
