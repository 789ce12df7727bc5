import type { ChildProcess } from "node:child_process";
import { globSync, readFileSync, renameSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Cluster } from "../dev/cluster/cluster.ts";
import { sendSignal } from "../dev/processes.ts";
import type { Catalogue } from "../infra/topic.ts";
import { readLiveCluster } from "../kafka/live-cluster.ts";
import { createTestCluster } from "./cluster.ts";
import { testConnection } from "./topic-requests.ts";
import { Workspace } from "./workspace.ts";

function manyTopics(count: number, prefix: string): Catalogue {
  const names = Array.from({ length: count }, (_, index) => `${prefix}.${index}`);
  return Object.fromEntries(names.map((name) => [name, { partitions: 1, replicationFactor: 1 }]));
}

/** Resolves when a command has printed something, and gives all that it prints until it ends. */
function listen(child: ChildProcess) {
  let said = "";
  const printed = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => pattern.test(said) && resolve();
      child.stdout?.on("data", look);
      child.on("close", () =>
        pattern.test(said) ? resolve() : reject(new Error(`It ended without ${pattern}:\n${said}`)),
      );
    });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text) => {
      said += text;
    });
  }
  const ended = new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? -1)));
  return { printed, ended, said: () => said };
}

const topicCreated = /kafka:index:Topic \S+ (creating|created|import)/;

/** The process id of the engine, which its lock tells. */
function readLock(workspace: Workspace): number {
  const [lock = ""] = globSync(".pulumi/locks/**/*.json", { cwd: join(workspace.folder, "state") });
  return JSON.parse(readFileSync(join(workspace.folder, "state", lock), "utf8")).pid;
}

test("An update that is killed at ten moments while it creates 200 topics is finished by the next, each topic once", async () => {
  const topics = manyTopics(200, "killed");
  await using workspace = new Workspace(topics);
  await workspace.run("pulumi", "stack", "select", "test", "--create");
  for (let kill = 0; kill < 10; kill++) {
    const child = workspace.start("up", "--yes", "--skip-preview");
    const { printed, ended, said } = listen(child);
    await printed(topicCreated);
    await wait(Math.random() * 1_500);
    // By turns all that a CI job runs, and the engine alone, whose plugins go on without it.
    sendSignal(kill % 2 === 0 ? -(child.pid ?? 0) : readLock(workspace), "SIGKILL");
    await ended;
    if (kill > 0) expect(said()).toContain("The last run on stack test was interrupted: ");
  }
  const finished = await workspace.up();
  expect(finished).toMatchObject({ exitCode: 0 });
  expect(finished.stderr).toContain("Its process is gone, so its lock is removed");
  const again = await workspace.run("preview", "--expect-no-changes");
  expect(again).toMatchObject({ exitCode: 0 });
  expect(again.stdout + again.stderr).not.toContain("pending");
  const { topics: live } = await readLiveCluster(testConnection(), Object.keys(topics));
  expect(live.map(({ partitions }) => partitions.length)).toEqual(Array(200).fill(1));
}, 400_000);

test("A second update at the same time ends at once: it says who works on the stack, since when, and what to do", async () => {
  await using workspace = new Workspace(manyTopics(100, "twice"));
  await workspace.run("pulumi", "stack", "select", "test", "--create");
  const first = workspace.start("up", "--yes", "--skip-preview");
  const { printed, ended } = listen(first);
  await printed(topicCreated);
  const second = await workspace.up();
  expect(second.exitCode).not.toBe(0);
  expect(second.stderr).toMatch(/Stack test is locked by \S+ on \S+ \(process \d+\), since \d{4}-\S+\./);
  expect(second.stderr).toContain("npm run pulumi -- cancel --stack test");
  expect(await ended).toBe(0);
  expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });
});

async function readTopics(cluster: Cluster, names: string[]): Promise<string[]> {
  return (await readLiveCluster(cluster.connection, names)).topics.map(({ name }) => name);
}

test("With all brokers lost, then with one, in the middle of an update, the next one finishes it", async () => {
  const cluster = await createTestCluster({ controllers: 1 });
  await cluster.start();
  const config = { "kafka:bootstrapServers": cluster.bootstrapServers, "kafka:timeout": "10" };
  const workspace = new Workspace(manyTopics(60, "lost"), config);
  try {
    await workspace.run("pulumi", "stack", "select", "test", "--create");
    for (const [topics, lost] of [
      [manyTopics(60, "lost"), cluster.brokers],
      [{ ...manyTopics(60, "lost"), ...manyTopics(60, "late") }, cluster.brokers.slice(2)],
    ] as const) {
      workspace.declare(topics);
      const { printed, ended } = listen(workspace.start("up", "--yes", "--skip-preview"));
      await printed(/kafka:index:Topic \S+ created/);
      await Promise.all(lost.map((broker) => broker.stop("SIGKILL")));
      await ended;
      await cluster.start();
      expect(await workspace.up()).toMatchObject({ exitCode: 0 });
      expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });
      const names = Object.keys(topics);
      expect(await readTopics(cluster, names)).toEqual(names.sort());
    }
  } finally {
    await cluster.stop("SIGKILL");
    workspace.remove();
    cluster.wipe();
  }
}, 400_000);

test("A state that cannot be read is told with its newest good backup, and both ways back lead to no changes", async () => {
  await using workspace = new Workspace(manyTopics(3, "broken"));
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  const state = join(workspace.folder, "state", ".pulumi", "stacks", "kafka-topics", "test.json");
  const good = readFileSync(state);

  // Left by a killed update, and mended without a word from anybody.
  truncateSync(`${state}.attrs`);
  const mended = await workspace.run("preview", "--expect-no-changes");
  expect(mended).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining("empty files beside its state: they are removed"),
  });

  for (const broken of [
    good.subarray(0, 100),
    Buffer.from(""),
    Buffer.from("{}"),
    Buffer.from('{"version":3,"checkpoint":null}'),
  ]) {
    writeFileSync(state, broken);
    const { exitCode, stderr } = await workspace.run("preview");
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain(`The state of stack test cannot be read: ${state}: `);
    const drift = await workspace.run("drift");
    expect(drift).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("The newest backup that can: "),
    });
    const [, backup = ""] = /The newest backup that can: (.*), of /.exec(stderr) ?? [];
    writeFileSync(state, readFileSync(backup));
    expect(await workspace.up()).toMatchObject({ exitCode: 0 });
    expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });
  }

  writeFileSync(state, "");
  renameSync(state, `${state}.broken`);
  expect(await workspace.run("pulumi", "stack", "init", "test")).toMatchObject({ exitCode: 0 });
  const adopted = await workspace.up();
  expect(adopted).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("= 3 imported") });
  expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });
});
