import { connect } from "node:net";
import { listProcesses, sendSignal } from "../dev/processes.ts";

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
