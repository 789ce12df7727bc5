import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { root } from "../machine/paths.ts";
import { commandLineOf, isRunning } from "../machine/processes.ts";
import { endOrphans } from "./orphans.ts";

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** The folder in which the engine runs this project's processes. */
const program = join(root, "infra");

/** Starts a process with the command line of a plugin whose engine listens on a port. */
async function startPlugin(port: number, options: SpawnOptions = { cwd: program }): Promise<ChildProcess> {
  const args = ["-c", `exec -a 'pulumi-resource-kafka 127.0.0.1:${port}' sleep 60`];
  const child = spawn("bash", args, options);
  children.push(child);
  await once(child, "spawn");
  await expect.poll(() => commandLineOf(child.pid ?? 0)).toContain("pulumi-resource-kafka");
  return child;
}

async function findClosedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

test("Only a plugin that an engine of this clone left behind is ended, not one of another clone or project", async () => {
  const port = await findClosedPort();
  const orphan = await startPlugin(port);
  const others = [await startPlugin(port, { cwd: tmpdir() }), await startPlugin(port, { cwd: root })];
  const ended = once(orphan, "exit");
  await endOrphans();
  expect(await ended).toEqual([null, "SIGKILL"]);
  for (const { pid = 0 } of others) expect(isRunning(pid)).toBe(true);
});

test("A plugin whose engine still answers is left alone", async () => {
  const engine = createServer().listen(0, "127.0.0.1");
  await once(engine, "listening");
  const { port } = engine.address() as AddressInfo;
  const { pid = 0 } = await startPlugin(port);
  await endOrphans();
  engine.close();
  expect(isRunning(pid)).toBe(true);
});

// Only root can start or end another user's process.
test.skipIf(process.geteuid?.() !== 0)("Another user's plugin is left alone", async () => {
  const { pid = 0 } = await startPlugin(await findClosedPort(), { cwd: program, uid: 65_534 });
  await endOrphans();
  expect(isRunning(pid)).toBe(true);
});
