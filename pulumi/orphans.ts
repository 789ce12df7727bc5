import { connect } from "node:net";
import { join } from "node:path";
import { root } from "../machine/paths.ts";
import { isNetworkShared, listOwnProcesses, sendSignal, workingDirectoryOf } from "../machine/processes.ts";

/** The command line of an engine's plugin or program; it contains the address on which the engine listens. */
const engineProcess = /(?:pulumi-(?:language|resource)-\S+|pulumi\/cmd\/run).* (127\.0\.0\.1):(\d+)/;

/** The folder in which the engine runs this project's processes: the folder of the program in Pulumi.yaml. */
const programFolder = join(root, "infra");

/**
 * Ends the processes that a killed or crashed engine left running, including an engine of the bare CLI: its plugins keep
 * creating topics, and its program waits for an answer forever, using a whole core and ever more memory. Processes of
 * other users, clones and projects, and those whose engine answers, are left alone.
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
    // An engine that is too busy to accept a connection is alive.
    socket.setTimeout(answerTimeoutMs, () => resolve(true));
  }).finally(() => socket.destroy());
}

const answerTimeoutMs = 2_000;
