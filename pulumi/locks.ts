import { globSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { hasCode } from "../machine/errors.mjs";
import { startOf } from "../machine/lock.mjs";
import { projectName } from "../machine/paths.ts";
import { identifySystem } from "../machine/processes.ts";
import { readRun } from "./runs.ts";

/** The process that holds a lock on a stack. */
export type Lock =
  | {
      readonly user: string;
      readonly host: string;
      readonly pid: number;
      /** `2026-01-31T09:30:00Z` */
      readonly since: string;
      /** The lock file, if the backend is a folder. */
      readonly file?: string;
    }
  /** A lock file that was truncated, for example by a full disk. */
  | { readonly unreadable: string };

/** The engine's messages about locks, which our own replace. */
const lockLine = /the stack is currently locked by|: created by \S+@\S+ \(pid \d+\) at /;

/** Whether a line of the engine's standard error is about locks. */
export function isAboutLocks(line: string): boolean {
  return lockLine.test(line);
}

/** Parses the locks that the engine named when it refused to start; some backends name none. */
export function parseLocks(said: string): Lock[] {
  return [...said.matchAll(/: created by (\S+)@(\S+) \(pid (\d+)\) at (\S+)/g)].map(
    ([, user = "", host = "", pid, since = ""]) => ({ user, host, pid: Number(pid), since }),
  );
}

const lockFile = z.object({
  pid: z.int(),
  username: z.string(),
  hostname: z.string(),
  timestamp: z.string(),
});

/**
 * Reads the locks of a stack.
 * @param folder of the backend
 */
export function readLocks(folder: string, stack: string): Lock[] {
  const files = globSync(`locks/organization/${projectName}/${stack}/*.json`, { cwd: folder });
  return files.flatMap((name): Lock[] => {
    const file = join(folder, name);
    try {
      const {
        username: user,
        hostname: host,
        pid,
        timestamp,
      } = lockFile.parse(JSON.parse(readFileSync(file, "utf8")));
      // The engine reports whole seconds.
      return [{ user, host, pid, since: timestamp.replace(/\.\d+/, ""), file }];
    } catch (error) {
      // The lock was removed while the folder was read.
      if (hasCode(error, "ENOENT")) return [];
      return [{ unreadable: file }];
    }
  });
}

/**
 * Whether the process that holds a lock is certainly gone: it ran on this system, its start was recorded, and it has
 * ended. Two containers may have the same host name and the same process ids.
 */
export function isLeftBehind(lock: Lock): boolean {
  if ("unreadable" in lock) return false;
  const run = readRun(lock.pid);
  const lockedAt = Date.parse(lock.since);
  return (
    run !== undefined &&
    lock.host === hostname() &&
    run.system === identifySystem() &&
    // A lock's time is truncated to whole seconds.
    lockedAt >= run.firstSeen - 1_000 &&
    lockedAt <= run.lastSeen &&
    startOf(lock.pid) !== run.start
  );
}

/**
 * Reads the locks of a stack whose processes may be alive.
 * @param folder of the backend
 */
export function readLivingLocks(folder: string, stack: string): Lock[] {
  return readLocks(folder, stack).filter((lock) => !isLeftBehind(lock));
}

/** Describes a lock: `ci on runner-7 (process 123), since 2026-01-31T09:30:00Z`. */
export function describeLock(lock: Lock): string {
  if ("unreadable" in lock) return `an unknown process, whose lock ${lock.unreadable} is incomplete`;
  const { user, host, pid, since } = lock;
  return `${user} on ${host} (process ${pid}), since ${since}`;
}

/** Explains that a stack is locked by processes that may be alive, and what to do. */
export function explainLocked(stack: string, locks: readonly Lock[]): string {
  return (
    `Stack ${stack} is locked by ${locks.map(describeLock).join("; ")}.\n` +
    "Wait until the update has finished. If its process is gone, remove the lock: " +
    `npm run pulumi -- cancel --stack ${stack}`
  );
}
