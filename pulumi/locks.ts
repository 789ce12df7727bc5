import { globSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { hasCode } from "../machine/errors.mjs";
import { startOf } from "../machine/lock.mjs";
import { projectName } from "../machine/paths.ts";
import { identifySystem } from "../machine/processes.ts";
import { readRun } from "./runs.ts";

/** Who works on a stack. */
export type Lock =
  | {
      readonly user: string;
      readonly host: string;
      readonly pid: number;
      /** `2026-01-31T09:30:00Z` */
      readonly since: string;
      /** In a backend that is a folder. */
      readonly file?: string;
    }
  /** A lock file that was cut off, on a full disk for example. */
  | { readonly unreadable: string };

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

const lockFile = z.object({
  pid: z.int(),
  username: z.string(),
  hostname: z.string(),
  timestamp: z.string(),
});

/**
 * The locks of a stack.
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
      // The engine itself tells whole seconds.
      return [{ user, host, pid, since: timestamp.replace(/\.\d+/, ""), file }];
    } catch (error) {
      // It went while the folder was read.
      if (hasCode(error, "ENOENT")) return [];
      return [{ unreadable: file }];
    }
  });
}

/**
 * Whether the process that holds a lock is certainly gone: it ran on this system, was noted when it started, and is no
 * more. A container may have another's host name, and its process ids.
 */
export function isLeftBehind(lock: Lock): boolean {
  if ("unreadable" in lock) return false;
  const run = readRun(lock.pid);
  const lockedAt = Date.parse(lock.since);
  return (
    run !== undefined &&
    lock.host === hostname() &&
    run.system === identifySystem() &&
    // A lock's time is cut to whole seconds.
    lockedAt >= run.firstSeen - 1_000 &&
    lockedAt <= run.lastSeen &&
    startOf(lock.pid) !== run.start
  );
}

/**
 * The locks of a stack whose processes may be alive.
 * @param folder of the backend
 */
export function readLivingLocks(folder: string, stack: string): Lock[] {
  return readLocks(folder, stack).filter((lock) => !isLeftBehind(lock));
}

/** `ci on runner-7 (process 123), since 2026-01-31T09:30:00Z`. */
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
