// A lock between commands on one machine. run.mjs uses it before any package is installed, so it needs no package and
// runs on Node 20 and later. Node has no lock that the system itself releases (flock).
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { hasCode } from "./errors.mjs";
import { toolEnvironment } from "./tool-environment.mjs";

/** A shorter wait is not reported. */
const silenceMs = 1_000;
const pollMs = 100;

/**
 * Does some work while no other process works under the same lock. A process that has ended holds no lock, even if it
 * was killed.
 * @template T
 * @param {string} lock a path that nothing else uses. The lock is a folder that contains an entry named after its
 *   holder, so removing the entry of a dead process never frees another process's lock.
 * @param {() => T | Promise<T>} work
 * @param {(pid: number) => void} onWait is called once, after a second, with the id of the process that holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(lock, work, onWait) {
  const me = `${process.pid}-${startOf(process.pid)}`;
  const start = Date.now();
  let isTold = false;
  for (let holder = take(lock, me); holder !== undefined; holder = take(lock, me)) {
    if (!isTold && Date.now() - start >= silenceMs) {
      onWait(holder);
      isTold = true;
    }
    await setTimeout(pollMs);
  }
  try {
    return await work();
  } finally {
    release(lock, me);
  }
}

/**
 * @param {string} lock
 * @param {string} me
 * @returns {number | undefined} the process that holds the lock, if not this one
 */
function take(lock, me) {
  const holder = readHolder(lock);
  if (holder) {
    const pid = Number.parseInt(holder, 10);
    const start = startOf(pid);
    // The system may have given the id to another process since.
    if (start && holder === `${pid}-${start}`) return pid;
    release(lock, holder);
  }
  // Renamed into place, the lock never exists without its holder. The rename fails unless the folder there is empty.
  const unnamed = `${lock}.${me}`;
  try {
    mkdirSync(join(unnamed, me), { recursive: true });
    renameSync(unnamed, lock);
    return undefined;
  } catch (error) {
    if (!hasCode(error, "ENOTEMPTY", "EEXIST")) throw error;
    return take(lock, me);
  } finally {
    rmSync(unnamed, { recursive: true, force: true });
  }
}

/**
 * @param {string} lock
 * @param {string} holder
 */
function release(lock, holder) {
  rmSync(join(lock, holder), { recursive: true, force: true });
  try {
    rmdirSync(lock);
  } catch (error) {
    // Another process may have taken or removed it.
    if (!hasCode(error, "ENOENT", "ENOTEMPTY", "EEXIST")) throw error;
  }
}

/** @param {string} lock */
function readHolder(lock) {
  try {
    return readdirSync(lock)[0];
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/**
 * When a process started, which distinguishes it from all others with the same id, in characters that a file name may
 * contain.
 * @param {number} pid
 * @returns {string | undefined} undefined if there is no such process, or only a zombie
 */
export function startOf(pid) {
  try {
    // Small Linux images have no `ps`, macOS has no /proc.
    if (process.platform === "linux") {
      // proc(5): the name, in parentheses, may contain anything; the state follows it, and the start is field 22.
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
      return fields[0] === "Z" ? undefined : fields[22 - 3];
    }
    const env = { ...toolEnvironment(), LC_ALL: "C", TZ: "UTC" };
    const said = execFileSync("ps", ["-o", "state=", "-o", "lstart=", "-p", String(pid)], {
      encoding: "utf8",
      env,
    });
    return /^[^Z]\S*\s+(.*\S)/.exec(said.trim())?.[1]?.replaceAll(/\W+/g, "-");
  } catch {
    return undefined;
  }
}
