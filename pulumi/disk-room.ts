import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { mebibytes } from "../infra/topic-config.ts";
import { projectName } from "../machine/paths.ts";
import { isRunning, sendSignal } from "../machine/processes.ts";
import { findBackendFolder } from "./backend.ts";
import { say } from "./say.ts";
import { findBrokenState } from "./state-files.ts";
import { recoverUnreadableState } from "./unreadable-state.ts";

const pollMs = 500;

/**
 * How long the engine may take to end once the disk is full again. It tries to write a state for 26 s, and only then
 * makes a backup of what it has written, in place of the last good one.
 */
const endTimeoutMs = 15_000;

/**
 * Room for an update on the disk of a backend that is a folder. The engine writes a state over the old one, so a full
 * disk would cost both. A reserve on the disk is given up when everything else is full: the engine then has the room
 * to finish what is under way, and to write the state.
 */
export class DiskRoom {
  readonly #folder: string;
  readonly #stack: string;
  #reserve: number | undefined;
  #isFull = false;

  /**
   * @returns nothing where the backend is no folder
   * @throws Error when there is not enough room
   */
  static async reserve(stack: string): Promise<DiskRoom | undefined> {
    const folder = await findBackendFolder(stack);
    return folder === undefined || !existsSync(folder) ? undefined : new DiskRoom(folder, stack);
  }

  private constructor(folder: string, stack: string) {
    this.#folder = folder;
    this.#stack = stack;
    const free = this.#freeBytes();
    // What is needed, and the reserve.
    const wanted = 2 * this.#neededBytes();
    if (free < wanted) {
      throw new Error(
        `The disk of ${folder} has room for ${inMebibytes(free)}. An update of stack ${stack} needs ` +
          `${inMebibytes(wanted)}, to write its state. Nothing was touched.`,
      );
    }
    this.#reserve = reserve(folder, this.#neededBytes());
  }

  /**
   * Ends the engine in good order when the disk becomes full.
   * @returns to be called when it has ended
   */
  watch(pid: number): () => void {
    let fullSince = Number.POSITIVE_INFINITY;
    const timer = setInterval(() => {
      // Of the room that is left after the first time, the engine needs less.
      const isFull = this.#freeBytes() < this.#neededBytes() / (this.#isFull ? 8 : 2);
      if (!isFull) fullSince = Number.POSITIVE_INFINITY;
      else if (!this.#isFull) {
        this.#isFull = true;
        this.release();
        say(`The disk of ${this.#folder} is full. The update is stopped; what is under way is finished.`);
        sendSignal(pid, "SIGINT");
      } else if (fullSince === Number.POSITIVE_INFINITY) fullSince = Date.now();
      else if (Date.now() - fullSince > endTimeoutMs && isRunning(pid)) sendSignal(pid, "SIGKILL");
    }, pollMs);
    return () => clearInterval(timer);
  }

  /** Gives the reserve back. */
  release(): void {
    if (this.#reserve !== undefined) closeSync(this.#reserve);
    this.#reserve = undefined;
  }

  /**
   * Leaves a state that can be read, and says what to do, after the disk was full.
   * @returns whether it was
   */
  async explainFull(): Promise<boolean> {
    if (!this.#isFull) return false;
    this.#restoreBackup();
    if (await recoverUnreadableState(this.#stack))
      say(
        `Make room on the disk of ${this.#folder}, then run the same command again: it finishes the update of ` +
          `stack ${this.#stack}.`,
      );
    return true;
  }

  /** Where the engine was killed while it could not write: the topics that the backup lacks are adopted. */
  #restoreBackup(): void {
    const broken = findBrokenState(this.#folder, this.#stack);
    if (!broken?.reason || !broken.backup) return;
    // A full disk has no room for a copy.
    for (const end of ["", ".attrs"]) {
      rmSync(broken.file + end, { force: true });
      if (existsSync(broken.backup.file + end)) renameSync(broken.backup.file + end, broken.file + end);
    }
    say(
      `The state of stack ${this.#stack} could not be written. Its backup of ${broken.backup.from.toISOString()} is ` +
        "in its place.",
    );
  }

  /** The state, the one before it, a backup, an entry of the history; and about a kilobyte for each new topic. */
  #neededBytes(): number {
    const state = join(this.#folder, "stacks", projectName, `${this.#stack}.json`);
    return 4 * (statSync(state, { throwIfNoEntry: false })?.size ?? 0) + mebibytes(4);
  }

  #freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.#folder);
    return bavail * bsize;
  }
}

/** A file without a name, which is gone with this process however that ends. */
function reserve(folder: string, bytes: number): number {
  const file = join(mkdtempSync(join(folder, "reserve-")), "file");
  const descriptor = openSync(file, "wx");
  rmSync(join(file, ".."), { recursive: true });
  const zeros = Buffer.alloc(mebibytes(1));
  for (let left = bytes; left > 0; left -= zeros.length)
    writeSync(descriptor, zeros, 0, Math.min(left, zeros.length));
  return descriptor;
}

function inMebibytes(bytes: number): string {
  return `${(bytes / mebibytes(1)).toFixed(1)} MiB`;
}
