import { connect } from "node:net";
import { join } from "node:path";
import { root } from "../machine/paths.ts";
import { isNetworkShared, listOwnProcesses, sendSignal, workingDirectoryOf } from "../machine/processes.ts";

/** A plugin or a program of the engine's: each is given the engine's address, where it listens while it lives. */
const engineProcess = /(?:pulumi-(?:language|resource)-\S+|pulumi\/cmd\/run).* (127\.0\.0\.1):(\d+)/;

/** Where the engine runs what it starts for this project: the folder of the program that Pulumi.yaml names. */
const programFolder = join(root, "infra");

/**
 * Ends what an engine that was killed or has crashed left running, also one of the bare CLI's: its plugins go on to create
 * topics, and its program waits for an answer for ever, with a whole processor and more memory every second. Processes
 * of other users, other clones and other projects are left alone, and those whose engine answers.
 */
export async function endOrphans(): Promise<void> {
  const candidates = listOwnProcesses().flatMap(({ pid, commandLine }) => {
    const [, host, port] = engineProcess.exec(commandLine) ?? [];
    return host && port ? [{ pid, host, port: Number(port) }] : [];
  });
  for (const { pid, host, port } of candidates) {
    const isOurs = isNetworkShared(pid) && workingDirectoryOf(pid) === programFolder;
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
