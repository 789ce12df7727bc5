import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import type { Catalogue, TopicDeclaration } from "../../infra/topic.ts";
import { describeTopics } from "../kafka-tools.ts";
import { createNamedTopics, deleteTopics } from "../topic-requests.ts";
import { Workspace } from "../workspace.ts";
import { PlannedBlocks } from "./planned-blocks.ts";
import { type RunOptions, runBlock } from "./transcript.ts";

const blocks = new PlannedBlocks(import.meta.url);

/** Runs a block of the guide. */
function follow(workspace: Workspace, name: string, options?: RunOptions): Promise<string> {
  return runBlock(workspace, blocks.take("docs/operations.md", name), options);
}

const topic: TopicDeclaration = { partitions: 1, replicationFactor: 1 };
const one = "operations.one";
const done = { exitCode: 0 };

async function deploy(topics: Catalogue): Promise<Workspace> {
  const workspace = new Workspace(topics);
  expect(await workspace.up()).toMatchObject(done);
  return workspace;
}

test("Adopt an existing cluster", async () => {
  await using workspace = await deploy({ [one]: topic });
  await createNamedTopics([{ name: "operations.living", partitions: 2 }]);
  expect(await follow(workspace, "Adopt an existing cluster 1")).toContain("= 1 imported");
});

test("An update was interrupted", async () => {
  await using workspace = await deploy({ [one]: topic });
  for (const at of [1, 2]) await follow(workspace, `An update was interrupted ${at}`);
});

test("A topic was deleted by hand", async () => {
  await using workspace = await deploy({ [one]: topic });
  await deleteTopics([one]);
  await follow(workspace, "A topic was deleted by hand 1");
  expect((await describeTopics()).map(({ name }) => name)).toContain(one);
});

test("The state cannot be read", async () => {
  await using workspace = await deploy({ [one]: topic });
  const folder = join(workspace.folder, "state", ".pulumi", "stacks", "kafka-topics");
  const words = { STATE: `'${join(folder, "test.json")}'`, BACKUP: `'${join(folder, "test.json.bak")}'` };
  for (const at of [1, 2]) await follow(workspace, `The state cannot be read ${at}`, { words });
  expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject(done);
});

test("Move the state to another backend", async () => {
  await using workspace = await deploy({ [one]: topic });
  mkdirSync(join(workspace.folder, "elsewhere"));
  const backend = `'${pathToFileURL(join(workspace.folder, "elsewhere")).href}'`;
  await follow(workspace, "Move the state to another backend 1", { words: { "NEW-BACKEND": backend } });
});

test("Roll back a bad deploy", async () => {
  await using workspace = await deploy({ [one]: topic });
  const git = "git -c user.name=test -c user.email=test@example.com";
  expect(await workspace.shell(`git init -q && git add infra && ${git} commit -qm one`)).toMatchObject(done);
  workspace.declare({ [one]: { ...topic, config: { "retention.ms": 3_600_000 } } });
  expect(await workspace.shell(`${git} commit -qam two`)).toMatchObject(done);
  expect(await workspace.up()).toMatchObject(done);
  workspace.environment = {
    GIT_AUTHOR_NAME: "test",
    GIT_AUTHOR_EMAIL: "test@example.com",
    GIT_COMMITTER_NAME: "test",
    GIT_COMMITTER_EMAIL: "test@example.com",
  };
  await follow(workspace, "Roll back a bad deploy 1");
  expect(await describeTopics()).toContainEqual(
    expect.objectContaining({
      name: one,
      config: expect.not.objectContaining({ "retention.ms": "3600000" }),
    }),
  );
});
