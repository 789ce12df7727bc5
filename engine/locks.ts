import { connect } from "node:net";
import { hostname } from "node:os";
import { startOf } from "../dev/lock.mjs";
import { identifySystem, listProcesses, sendSignal } from "../dev/processes.ts";
import { readRun } from "./runs.ts";

/** Who works on a stack, as the engine tells it when it finds the stack locked. */
export type Lock = {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  /** In the engine's form, `2026-01-31T09:30:00Z`. */
  readonly since: string;
};

/** The engine's own words, which the lines below replace. */
const lockLine = /the stack is currently locked by|: created by \S+@\S+ \(pid \d+\) at /;

/** Whether a line of the engine's standard error is about locks. */
export function isAboutLocks(line: string): boolean {
  return lockLine.test(line);
}

/** The locks that the engine told of when it refused to begin. A backend that keeps them itself tells none. */
export function parseLocks(said: string): Lock[] {
  return [...said.matchAll(/: created by (\S+)@(\S+) \(pid (\d+)\) at (\S+)/g)].map(
    ([, user = "", host = "", pid, since = ""]) => ({ user, host, pid: Number(pid), since }),
  );
}

/**
 * Whether the process that holds a lock is certainly gone: it ran on this system, was noted when it started, and is no
 * more. A container may have another's host name, and its process ids.
 */
export function isLeftBehind({ host, pid, since }: Lock): boolean {
  const run = readRun(pid);
  const lockedAt = Date.parse(since);
  return (
    run !== undefined &&
    host === hostname() &&
    run.system === identifySystem() &&
    // The engine tells whole seconds.
    lockedAt >= run.firstSeen - 1_000 &&
    lockedAt <= run.lastSeen &&
    startOf(pid) !== run.start
  );
}

export function describeLock({ user, host, pid, since }: Lock): string {
  return `${user} on ${host} (process ${pid}), since ${since}`;
}

/** A plugin or a program of the engine's: each is told the engine's address, where it listens while it lives. */
const engineProcess = /(?:pulumi-(?:language|resource)-\S+|pulumi\/cmd\/run).* (127\.0\.0\.1):(\d+)/;

/**
 * Ends what an engine that was killed or has crashed left running: its plugins go on to create topics, and its program
 * waits for an answer for ever, with a whole processor and more memory every second.
 */
export async function endOrphans(): Promise<void> {
  const candidates = listProcesses().flatMap(({ pid, commandLine }) => {
    const [, host, port] = engineProcess.exec(commandLine) ?? [];
    return host && port ? [{ pid, host, port: Number(port) }] : [];
  });
  for (const { pid, host, port } of candidates) if (!(await answers(host, port))) sendSignal(pid, "SIGKILL");
}

function answers(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  return new Promise<boolean>((resolve) => {
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    // One that is too busy to take a connection lives.
    socket.setTimeout(answerTimeoutMs, () => resolve(true));
  }).finally(() => socket.destroy());
}

const answerTimeoutMs = 2_000;
