import { expect, test } from "vitest";
import type { Catalogue } from "../infra/topic.ts";
import { sendSignal } from "../machine/processes.ts";
import { describeTopics } from "./kafka-tools.ts";
import { listen } from "./listen.ts";
import { readTopicsInState, readUnfinished } from "./mixed-update.ts";
import { Workspace } from "./workspace.ts";

// Enough that the update writes its state only at the end.
const names = Array.from({ length: 50 }, (_, at) => `many.${String(at).padStart(2, "0")}`);
const catalogue: Catalogue = Object.fromEntries(
  names.map((name) => [name, { partitions: 1, replicationFactor: 1 }]),
);

async function readTopicsOnCluster(): Promise<string[]> {
  const described = await describeTopics();
  return described
    .map(({ name }) => name)
    .filter((name) => name.startsWith("many."))
    .sort();
}

/** Ends an update of many new topics once it has created some. @returns the names of the topics on the cluster */
async function interruptUpdate(workspace: Workspace, signal: NodeJS.Signals): Promise<string[]> {
  await workspace.createStack();
  const child = workspace.start("up", "--yes");
  const { printed, ended, said } = listen(child);
  await printed(/kafka:index:Topic \S+ created/);
  sendSignal(-(child.pid ?? 0), signal);
  expect(await ended, said()).not.toBe(0);
  const created = await readTopicsOnCluster();
  expect(created, said()).not.toEqual([]);
  return created;
}

async function expectFinished(workspace: Workspace): Promise<void> {
  const { exitCode, stdout, stderr } = await workspace.run("up", "--yes");
  expect(exitCode, stdout + stderr).toBe(0);
  expect(await readTopicsOnCluster()).toEqual(names);
  expect(readTopicsInState(workspace)).toEqual(names);
  expect(readUnfinished(workspace)).toEqual([]);
}

test("The next update adopts the topics that a killed update created without writing its state", async () => {
  await using workspace = new Workspace(catalogue);
  await interruptUpdate(workspace, "SIGKILL");
  expect(readTopicsInState(workspace)).toEqual([]);
  expect(readUnfinished(workspace)).toEqual([]);
  await expectFinished(workspace);
});

test("Ctrl-C ends an update that creates many topics with all that it created in the state", async () => {
  await using workspace = new Workspace(catalogue);
  const created = await interruptUpdate(workspace, "SIGINT");
  expect(readTopicsInState(workspace)).toEqual(created);
  expect(readUnfinished(workspace)).toEqual([]);
  await expectFinished(workspace);
});

test("With adoptExisting: false, a killed update that creates many topics has written its state", async () => {
  await using workspace = new Workspace(catalogue, { adoptExisting: false });
  await interruptUpdate(workspace, "SIGKILL");
  expect([...readTopicsInState(workspace), ...readUnfinished(workspace)]).not.toEqual([]);
  await expectFinished(workspace);
});
