import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TopicDeclaration } from "../../infra/topic.ts";
import { describeTopics } from "../kafka-tools.ts";
import { createNamedTopics, deleteTopics } from "../topic-requests.ts";
import { Workspace } from "../workspace.ts";
import { PlannedBlocks } from "./planned-blocks.ts";
import { type RunOptions, runBlock } from "./transcript.ts";

// The guide's sections run one after the other, on the same stack.

const blocks = new PlannedBlocks(import.meta.url);
const topic: TopicDeclaration = { partitions: 1, replicationFactor: 1 };
const one = "operations.one";
const done = { exitCode: 0 };
let workspace: Workspace;

beforeAll(async () => {
  workspace = new Workspace({ [one]: topic });
  expect(await workspace.up()).toMatchObject(done);
});

afterAll(() => workspace?.[Symbol.asyncDispose]());

/** Runs a block of the guide. */
function follow(name: string, options?: RunOptions): Promise<string> {
  return runBlock(workspace, blocks.take("docs/operations.md", name), options);
}

test("Adopt an existing cluster", async () => {
  await createNamedTopics([{ name: "operations.living", partitions: 2 }]);
  expect(await follow("Adopt an existing cluster 1")).toContain("= 1 imported");
});

test("An update was interrupted", async () => {
  for (const at of [1, 2]) await follow(`An update was interrupted ${at}`);
});

test("A topic was deleted by hand", async () => {
  await deleteTopics([one]);
  await follow("A topic was deleted by hand 1");
  expect((await describeTopics()).map(({ name }) => name)).toContain(one);
});

test("The state cannot be read", async () => {
  const folder = join(workspace.folder, "state", ".pulumi", "stacks", "kafka-topics");
  const words = { STATE: `'${join(folder, "test.json")}'`, BACKUP: `'${join(folder, "test.json.bak")}'` };
  for (const at of [1, 2]) await follow(`The state cannot be read ${at}`, { words });
  expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject(done);
});

test("Move the state to another backend", async () => {
  mkdirSync(join(workspace.folder, "elsewhere"));
  const backend = `'${pathToFileURL(join(workspace.folder, "elsewhere")).href}'`;
  await follow("Move the state to another backend 1", { words: { "NEW-BACKEND": backend } });
});

test("Roll back a bad deploy", async () => {
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
  await follow("Roll back a bad deploy 1");
  expect(await describeTopics()).toContainEqual(
    expect.objectContaining({
      name: one,
      config: expect.not.objectContaining({ "retention.ms": "3600000" }),
    }),
  );
});
