import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { hasCode } from "./errors.mjs";
import { toolEnvironment } from "./tool-environment.mjs";

/** A process of this machine. */
export type Process = { readonly pid: number; readonly commandLine: string };

/** Whether there is a process with this id, of any user. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return hasCode(error, "EPERM");
  }
}

/** Identifies the process id namespace: this container, host and boot. */
export function identifySystem(): string {
  if (process.platform !== "linux") return ask("sysctl", "-n", "kern.bootsessionuuid").trim();
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
}

/** The program and arguments of a process; empty if there is none. */
export function commandLineOf(pid: number): string {
  try {
    // Small Linux images have no `ps`, macOS has no /proc.
    if (process.platform === "linux")
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    return ask("ps", "-ww", "-o", "command=", "-p", String(pid));
  } catch {
    return "";
  }
}

/** The processes of this process's user. */
export function listOwnProcesses(): Process[] {
  const uid = process.geteuid?.() ?? 0;
  if (process.platform === "linux") {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && ownerOf(name) === uid);
    return pids.map((pid) => ({ pid: Number(pid), commandLine: commandLineOf(Number(pid)) }));
  }
  const lines = ask("ps", "-ww", "-o", "pid=,command=", "-u", String(uid));
  return lines
    .trim()
    .split("\n")
    .map((line) => {
      const [, pid, commandLine = ""] = /^\s*(\d+) (.*)$/.exec(line) ?? [];
      return { pid: Number(pid), commandLine };
    });
}

function ownerOf(pid: string): number | undefined {
  return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;
}

/** The working directory of a process of this user; empty if there is no such process. */
export function workingDirectoryOf(pid: number): string {
  try {
    if (process.platform === "linux") return readlinkSync(`/proc/${pid}/cwd`);
    const fields = ask("lsof", "-a", "-p", String(pid), "-d", "cwd", "-F", "n");
    return /^n(.*)$/m.exec(fields)?.[1] ?? "";
  } catch {
    return "";
  }
}

/** Runs a program and returns what it prints. */
function ask(program: string, ...args: string[]): string {
  return execFileSync(program, args, {
    encoding: "utf8",
    env: toolEnvironment(),
    stdio: ["ignore", "pipe", "ignore"],
  });
}

/** Whether a process has the same 127.0.0.1 as this one: a container has its own. */
export function isNetworkShared(pid: number): boolean {
  if (process.platform !== "linux") return true;
  try {
    return readlinkSync(`/proc/${pid}/ns/net`) === readlinkSync("/proc/self/ns/net");
  } catch {
    return false;
  }
}

/** Sends a signal; does nothing if the process has ended. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!hasCode(error, "ESRCH")) throw error;
  }
}
