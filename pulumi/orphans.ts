import { readlinkSync } from "node:fs";
import { connect } from "node:net";
import { listProcesses, sendSignal } from "../machine/processes.ts";

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
  for (const { pid, host, port } of candidates) {
    if (isOurNetwork(pid) && !(await answers(host, port))) endProcess(pid);
  }
}

/** Whether a process's 127.0.0.1 is this one's: a container has its own. */
function isOurNetwork(pid: number): boolean {
  if (process.platform !== "linux") return true;
  try {
    return readlinkSync(`/proc/${pid}/ns/net`) === readlinkSync("/proc/self/ns/net");
  } catch {
    return false;
  }
}

/** Another user's process is that user's to end. */
function endProcess(pid: number): void {
  try {
    sendSignal(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") throw error;
  }
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
