import { connect } from "node:net";
import { isNetworkShared, listOwnProcesses, readEnvironment, sendSignal } from "../machine/processes.ts";
import { engineMark } from "./environment.ts";

/** A plugin or a program of the engine's: each is given the engine's address, where it listens while it lives. */
const engineProcess = /(?:pulumi-(?:language|resource)-\S+|pulumi\/cmd\/run).* (127\.0\.0\.1):(\d+)/;

/**
 * Ends what an engine of this stack that was killed or has crashed left running: its plugins go on to create topics, and
 * its program waits for an answer for ever, with a whole processor and more memory every second. Processes of other
 * users, other stacks and other clones are left alone: they do not carry the mark of this stack's engines.
 */
export async function endOrphans(stack: string): Promise<void> {
  const [name, value] = engineMark(stack);
  const candidates = listOwnProcesses().flatMap(({ pid, commandLine }) => {
    const [, host, port] = engineProcess.exec(commandLine) ?? [];
    return host && port ? [{ pid, host, port: Number(port) }] : [];
  });
  for (const { pid, host, port } of candidates) {
    const isOurs = isNetworkShared(pid) && readEnvironment(pid).has(`${name}=${value}`);
    if (isOurs && !(await answers(host, port))) sendSignal(pid, "SIGKILL");
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
