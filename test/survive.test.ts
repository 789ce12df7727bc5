import { readFileSync, renameSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Catalogue } from "../infra/topic.ts";
import { listen } from "./listen.ts";
import { Workspace } from "./workspace.ts";

function manyTopics(count: number, prefix: string): Catalogue {
  const names = Array.from({ length: count }, (_, index) => `${prefix}.${index}`);
  return Object.fromEntries(names.map((name) => [name, { partitions: 1, replicationFactor: 1 }]));
}

const topicCreated = /kafka:index:Topic \S+ (creating|created|import)/;

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
