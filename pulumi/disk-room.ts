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
import { isRunning, sendSignal } from "../machine/processes.ts";
import { findBackendFolder } from "./backend.ts";
import { say } from "./say.ts";
import { backUpNewState, findBrokenState, stateFileOf } from "./state-files.ts";
import { recoverUnreadableState } from "./unreadable-state.ts";

const pollMs = 500;

/**
 * How long the engine may take to end once the disk is full again. It tries to write a state for 26 s, and then replaces
 * the last good backup with what it has written, so it must end before that.
 */
const endTimeoutMs = 15_000;

/**
 * Disk space for an update, if the backend is a folder. The engine overwrites the old state, so a full disk would lose
 * both. When the disk becomes full, the reserve is released: the engine then has the space to finish the operations in
 * progress and to write the state.
 */
export class DiskRoom {
  /** The folder of the backend. */
  readonly folder: string;
  readonly #stack: string;
  #reserve: number | undefined;
  #isFull = false;

  /**
   * Reserves disk space for an update of a stack.
   * @returns undefined if the backend is not a folder
   * @throws Error if there is not enough space
   */
  static async reserve(stack: string): Promise<DiskRoom | undefined> {
    const folder = await findBackendFolder(stack);
    return folder === undefined || !existsSync(folder) ? undefined : new DiskRoom(folder, stack);
  }

  private constructor(folder: string, stack: string) {
    this.folder = folder;
    this.#stack = stack;
    const free = this.#freeBytes();
    // The space that the update needs, and the reserve.
    const wanted = 2 * this.#neededBytes();
    if (free < wanted) {
      throw new Error(
        `The disk of ${folder} has only ${inMebibytes(free)} free. An update of stack ${stack} needs ` +
          `${inMebibytes(wanted)} to write its state. Nothing was changed.`,
      );
    }
    this.#reserve = reserve(folder, this.#neededBytes());
    backUpNewState(folder, stack);
  }

  /**
   * Stops the engine gracefully when the disk becomes full.
   * @returns a function to call when the engine has ended
   */
  watch(pid: number): () => void {
    let fullSince = Number.POSITIVE_INFINITY;
    const timer = setInterval(() => {
      // Once the engine is stopping, it needs less space.
      const isFull = this.#freeBytes() < this.#neededBytes() / (this.#isFull ? 8 : 2);
      if (!isFull) fullSince = Number.POSITIVE_INFINITY;
      else if (!this.#isFull) {
        this.#isFull = true;
        this.release();
        say(`The disk of ${this.folder} is full. The update stops after the operations in progress.`);
        sendSignal(pid, "SIGINT");
      } else if (fullSince === Number.POSITIVE_INFINITY) fullSince = Date.now();
      else if (Date.now() - fullSince > endTimeoutMs && isRunning(pid)) sendSignal(pid, "SIGKILL");
    }, pollMs);
    return () => clearInterval(timer);
  }

  /** Releases the reserve. */
  release(): void {
    if (this.#reserve !== undefined) closeSync(this.#reserve);
    this.#reserve = undefined;
  }

  /**
   * If the disk was full, makes sure that the state can be read, and says what to do.
   * @returns whether the disk was full
   */
  async explainFull(): Promise<boolean> {
    if (!this.#isFull) return false;
    this.#restoreBackup();
    if (await recoverUnreadableState(this.#stack))
      say(
        `Free space on the disk of ${this.folder}, then run the same command again: it finishes the update of ` +
          `stack ${this.#stack}.`,
      );
    return true;
  }

  /** For an engine that was killed while it could not write: the next update adopts the topics that the backup lacks. */
  #restoreBackup(): void {
    const broken = findBrokenState(this.folder, this.#stack);
    if (!broken?.reason || !broken.backup) return;
    // A full disk has no space for a copy.
    for (const end of ["", ".attrs"]) {
      rmSync(broken.file + end, { force: true });
      if (existsSync(broken.backup.file + end)) renameSync(broken.backup.file + end, broken.file + end);
    }
    say(
      `The state of stack ${this.#stack} could not be written. It was replaced by its backup of ` +
        `${broken.backup.from.toISOString()}.`,
    );
  }

  /** Space for the state, the previous one, a backup and a history entry, and about a kilobyte for each new topic. */
  #neededBytes(): number {
    const state = stateFileOf(this.folder, this.#stack);
    return 4 * (statSync(state, { throwIfNoEntry: false })?.size ?? 0) + mebibytes(4);
  }

  #freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return bavail * bsize;
  }
}

/** Opens a file and removes its name, so that it disappears with this process, however the process ends. */
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
