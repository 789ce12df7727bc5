import { mkdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Catalogue } from "../infra/topic.ts";
import { describeTopics } from "./kafka-tools.ts";
import { listen } from "./listen.ts";
import { deleteTopics } from "./topic-requests.ts";
import { Workspace } from "./workspace.ts";

function manyTopics(count: number, prefix: string): Catalogue {
  const names = Array.from({ length: count }, (_, index) => `${prefix}.${index}`);
  return Object.fromEntries(names.map((name) => [name, { partitions: 1, replicationFactor: 1 }]));
}

/** For about 25 commands of the engine. */
const longer = { timeout: 240_000 };

const topicCreated = /kafka:index:Topic \S+ (creating|created|import)/;

test("While an update runs, a second update and drift exit at once and say who has locked the stack, and since when", async () => {
  await using workspace = new Workspace(manyTopics(150, "twice"));
  await workspace.createStack();
  const first = workspace.start("up", "--yes", "--skip-preview");
  const { printed, ended } = listen(first);
  await printed(topicCreated);
  const [second, drift] = await Promise.all([workspace.up(), workspace.run("drift")]);
  expect(drift).toMatchObject({ exitCode: 1 });
  expect(drift.stdout).toMatch(/Stack test is locked by \S+ on \S+ \(process \d+\), since \d{4}-/);
  expect(second.exitCode).not.toBe(0);
  expect(second.stderr).toMatch(/Stack test is locked by \S+ on \S+ \(process \d+\), since \d{4}-\S+\./);
  expect(second.stderr).toContain("npm run pulumi -- cancel --stack test");
  expect(await ended).toBe(0);
  expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });
});

const isRootOnLinux = process.platform === "linux" && process.getuid?.() === 0;

test.runIf(isRootOnLinux)(
  "An update in another container with the same host name keeps its lock, although its process id is unknown here",
  async () => {
    await using workspace = new Workspace(manyTopics(60, "container"));
    await workspace.createStack();
    const inContainer = "unshare --pid --fork --mount-proc npm run --silent up -- --yes --skip-preview";
    const first = listen(workspace.startShell(inContainer));
    await first.printed(topicCreated);
    const second = await workspace.up();
    expect(second.exitCode).not.toBe(0);
    expect(second.stderr).toContain("Stack test is locked by ");
    expect(await first.ended, first.said()).toBe(0);
    expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });
  },
);

test("A command that finds a half-written state waits, and repairs nothing that another process may be writing", async () => {
  await using workspace = new Workspace(manyTopics(1, "written"));
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  const folder = join(workspace.folder, "state", ".pulumi");
  const state = join(folder, "stacks", "kafka-topics", "test.json");
  const files = [state, `${state}.attrs`].map((file) => [file, readFileSync(file)] as const);
  const lock = join(folder, "locks", "organization", "kafka-topics", "test", "1.json");
  const owner = { pid: process.pid, username: "ci", hostname: "runner-7", timestamp: "2026-01-31T09:30:00Z" };
  mkdirSync(dirname(lock), { recursive: true });
  writeFileSync(lock, JSON.stringify(owner));

  for (const [file] of files) truncateSync(file);
  const waiting = listen(workspace.start("topics"));
  await wait(1_800);
  for (const [file, content] of files) writeFileSync(file, content);
  expect(await waiting.ended, waiting.said()).toBe(0);
  expect(waiting.said()).not.toContain("removed");

  truncateSync(`${state}.attrs`);
  expect(await workspace.run("topics")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining(
      `Stack test is locked by ci on runner-7 (process ${process.pid}), since 2026-01-31T09:30:00Z.`,
    ),
  });
  expect(statSync(`${state}.attrs`).size).toBe(0);
  expect(await workspace.run("pulumi", "cancel", "--yes")).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining("empty files next to its state, which were removed"),
  });
  expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });
});

test("Preview and review report an unfinished update, and the next update finishes it", async () => {
  const names = ["half.replaced", "half.grown", "half.deleted"] as const;
  const [replaced, grown, deleted] = names;
  const topic = { partitions: 2, replicationFactor: 1 };
  await using workspace = new Workspace({ [replaced]: topic, [grown]: topic, [deleted]: topic });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });

  // The replacement stopped after the deletion, adding partitions failed, and the response to the last deletion was lost.
  const file = join(workspace.folder, "state", ".pulumi", "stacks", "kafka-topics", "test.json");
  const state = JSON.parse(readFileSync(file, "utf8"));
  for (const resource of state.checkpoint.latest.resources) {
    if (resource.id === replaced) resource.pendingReplacement = true;
    if (resource.id === grown)
      Object.assign(resource, { initErrors: ["i/o timeout"] }).outputs.partitions = 5;
  }
  writeFileSync(file, JSON.stringify(state));
  rmSync(`${file}.attrs`);
  workspace.declare({ [replaced]: { ...topic, partitions: 1 }, [grown]: { ...topic, partitions: 5 } });
  const unfinished = "did not finish, or an update is running. The state of 2 topics is uncertain.";
  // The engine still produces a preview, based on the incorrect state.
  const review = await workspace.run("review");
  expect(review).toMatchObject({ exitCode: 2, stdout: expect.stringContaining(unfinished) });
  // Topics whose state is uncertain are not compared, so they are not drift.
  const drift = await workspace.run("drift", "--json", "--topic", "half.*");
  expect(drift.exitCode).toBe(1);
  expect(JSON.parse(drift.stdout)).toMatchObject({
    topics: 1,
    differences: [],
    errors: [{ code: "UPDATE_UNFINISHED", observed: [grown, replaced] }],
  });
  expect(await workspace.run("drift", "--topic", deleted)).toMatchObject({ exitCode: 0 });
  await deleteTopics([replaced, deleted]);
  const preview = await workspace.run("preview");
  expect(preview.exitCode).not.toBe(0);
  expect(preview.stderr).toContain(unfinished);
  expect(await workspace.run("review")).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining(unfinished),
  });
  const finished = await workspace.up();
  expect(finished.exitCode, finished.stdout + finished.stderr).toBe(0);
  const topics = (await describeTopics()).filter(({ name }) => name.startsWith("half."));
  expect(topics.map(({ name, partitions }) => [name, partitions]).sort()).toEqual([
    [grown, 5],
    [replaced, 1],
  ]);
  expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });
});

test("A truncated lock is reported with its file, and cancel removes it", async () => {
  await using workspace = new Workspace(manyTopics(1, "cut-off"));
  await workspace.createStack();
  const lock = join(
    workspace.folder,
    "state",
    ".pulumi",
    "locks",
    "organization",
    "kafka-topics",
    "test",
    "1.json",
  );
  mkdirSync(dirname(lock), { recursive: true });
  writeFileSync(lock, "");
  const refused = await workspace.up();
  expect(refused.exitCode).not.toBe(0);
  expect(refused.stderr).toContain(
    `Stack test is locked by an unknown process, whose lock ${lock} is incomplete.`,
  );
  expect(await workspace.run("pulumi", "cancel", "--yes")).toMatchObject({ exitCode: 0 });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
});

test(
  "An unreadable state is reported with its newest readable backup, and both ways to recover lead to no changes",
  longer,
  async () => {
    await using workspace = new Workspace(manyTopics(3, "broken"));
    expect(await workspace.up()).toMatchObject({ exitCode: 0 });
    const state = join(workspace.folder, "state", ".pulumi", "stacks", "kafka-topics", "test.json");
    const good = readFileSync(state);

    // A killed update leaves this file, and the next command recovers from it automatically.
    truncateSync(`${state}.attrs`);
    const recovered = await workspace.run("preview", "--expect-no-changes");
    expect(recovered).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("empty files next to its state, which were removed"),
    });

    const backups = new Set<string>();
    for (const broken of [
      good.subarray(0, 100),
      Buffer.from(""),
      Buffer.from("{}"),
      Buffer.from('{"version":3,"checkpoint":null}'),
    ]) {
      writeFileSync(state, broken);
      const [preview, drift] = await Promise.all([workspace.run("preview"), workspace.run("drift")]);
      expect(preview.exitCode).not.toBe(0);
      expect(preview.stderr).toContain(`The state of stack test cannot be read: ${state}: `);
      expect(drift).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("The newest readable backup: "),
      });
      const [, backup = ""] = /The newest readable backup: (.*), of /.exec(preview.stderr) ?? [];
      backups.add(backup);
    }
    // The same for each.
    const [backup = "", ...others] = backups;
    expect(others).toEqual([]);
    writeFileSync(state, readFileSync(backup));
    expect(await workspace.up()).toMatchObject({ exitCode: 0 });
    expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });

    writeFileSync(state, "");
    renameSync(state, `${state}.broken`);
    expect(await workspace.run("pulumi", "stack", "init", "test")).toMatchObject({ exitCode: 0 });
    const adopted = await workspace.up();
    expect(adopted).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("= 3 imported") });
    expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });
  },
);
