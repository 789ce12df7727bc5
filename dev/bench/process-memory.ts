import { readdirSync, readFileSync } from "node:fs";

const sampleMs = 200;
const kibibytesPerMebibyte = 1024;

/** The peak memory of a command's processes. */
export type PeakMemory = {
  /** Of all processes that ran at the same time, in MiB. */
  readonly treeMiB: number;
  /** Of the largest process, in MiB. */
  readonly largestMiB: number;
};

/**
 * Watches the memory of a process and its descendants: adds up the peak resident sets (VmHWM) of the processes that run
 * at the same time, so that no peak between two samples is missed. Pages that processes share count for each of them.
 * @returns a function to call when the process has ended; it returns undefined on systems without Linux's /proc
 */
export function watchMemory(pid: number): () => PeakMemory | undefined {
  let peak: PeakMemory | undefined;
  const look = () => {
    const sizes = listTree(pid).map(readLargestResidentSet);
    const treeMiB = sizes.reduce((sum, size) => sum + size, 0);
    if (treeMiB === 0) return;
    peak = {
      treeMiB: Math.max(peak?.treeMiB ?? 0, treeMiB),
      largestMiB: Math.max(peak?.largestMiB ?? 0, ...sizes),
    };
  };
  const timer = setInterval(look, sampleMs);
  return () => {
    clearInterval(timer);
    return peak;
  };
}

/** Lists a process and its descendants that are running. */
export function listTree(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(listTree)];
}

function childrenOf(pid: number): number[] {
  try {
    // Each thread has its own list of the children that it started.
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    // The process has ended meanwhile.
    return [];
  }
}

function readLargestResidentSet(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / kibibytesPerMebibyte;
  } catch {
    return 0;
  }
}
