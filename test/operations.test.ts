import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import type { Catalogue, TopicDeclaration } from "../infra/topic.ts";
import { readGuide } from "./guide.ts";
import { alterTopics, describeTopics } from "./kafka-tools.ts";
import { type Outcome, Workspace } from "./workspace.ts";

const guide = readGuide("docs/operations.md");
const followed = new Set<string>();

/** Runs the block at this position of a section, with replacements for its words in capitals. */
async function follow(
  workspace: Workspace,
  title: string,
  at: number,
  words: Record<string, string> = {},
): Promise<Outcome> {
  const block = guide.get(title)?.[at];
  if (block === undefined) throw new Error(`docs/operations.md has no block ${at} under "${title}".`);
  followed.add(`${title} ${at}`);
  const filled = Object.entries(words).reduce((text, [word, value]) => text.replaceAll(word, value), block);
  return workspace.shell(filled);
}

const topic: TopicDeclaration = { partitions: 1, replicationFactor: 1 };
const [one, old] = ["operations.one", "orders.old"];
const done = { exitCode: 0 };

async function deploy(topics: Catalogue, config = {}): Promise<Workspace> {
  const workspace = new Workspace(topics, config);
  expect(await workspace.up()).toMatchObject(done);
  return workspace;
}

afterAll(() => {
  const all = [...guide].flatMap(([title, blocks]) => blocks.map((_, at) => `${title} ${at}`));
  expect([...followed].sort(), "every block of docs/operations.md was run").toEqual(all.sort());
});

test("Add, grow, change; shrink, rename, delete", async () => {
  await using workspace = await deploy({ [old]: { ...topic, protect: true } });
  workspace.declare({ [old]: { ...topic, protect: true }, [one]: topic });
  const added = await follow(workspace, "Add, grow, change", 0);
  expect(added).toMatchObject(done);
  expect(added.stdout).toContain("2 passed");

  const title = "Shrink, rename, delete";
  workspace.declare({ [old]: topic, [one]: topic });
  expect(await follow(workspace, title, 0)).toMatchObject(done);
  workspace.declare({ [one]: topic });
  expect(await follow(workspace, title, 1)).toMatchObject(done);
  expect((await describeTopics()).map(({ name }) => name)).not.toContain(old);
});

test("Adopt an existing cluster", async () => {
  await using workspace = await deploy({ [one]: topic });
  await alterTopics("--create", "--topic", "operations.living", "--partitions", "2");
  const adopted = await follow(workspace, "Adopt an existing cluster", 0);
  expect(adopted).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("= 1 imported") });
});

test("An update was interrupted", async () => {
  await using workspace = await deploy({ [one]: topic });
  for (const at of [0, 1])
    expect(await follow(workspace, "An update was interrupted", at)).toMatchObject(done);
});

test("A topic was deleted, or changed, by hand", async () => {
  await using workspace = await deploy({ [one]: topic });
  await alterTopics("--delete", "--topic", one);
  expect(await follow(workspace, "A topic was deleted by hand", 0)).toMatchObject(done);
  expect((await describeTopics()).map(({ name }) => name)).toContain(one);

  await alterTopics("--alter", "--topic", one, "--partitions", "2");
  const title = "A topic was changed by hand";
  expect(await follow(workspace, title, 0)).toMatchObject({ exitCode: 7 });
  workspace.declare({ [one]: { ...topic, partitions: 2 } });
  expect(await follow(workspace, title, 1)).toMatchObject(done);
  expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject(done);
});

test("The state cannot be read", async () => {
  await using workspace = await deploy({ [one]: topic });
  const folder = join(workspace.folder, "state", ".pulumi", "stacks", "kafka-topics");
  const words = { STATE: `'${join(folder, "test.json")}'`, BACKUP: `'${join(folder, "test.json.bak")}'` };
  const title = "The state cannot be read";
  expect(await follow(workspace, title, 0, words)).toMatchObject(done);
  expect(await follow(workspace, title, 1, words)).toMatchObject(done);
  expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject(done);
});

test("Rotate a credential, move the state to another backend", async () => {
  // A broker without SASL accepts no user, so this only checks that the settings are stored.
  await using workspace = await deploy({ [one]: topic }, { preflight: "off" });
  writeFileSync(join(workspace.folder, "password"), "s3cret\n");
  const rotated = await follow(workspace, "Rotate a credential", 0, { "PASSWORD-FILE": "password" });
  expect(rotated).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("2 unchanged") });
  expect(readFileSync(join(workspace.folder, "Pulumi.test.yaml"), "utf8")).not.toContain("s3cret");
  workspace.configure({});

  mkdirSync(join(workspace.folder, "elsewhere"));
  const backend = `'${pathToFileURL(join(workspace.folder, "elsewhere")).href}'`;
  const moved = await follow(workspace, "Move the state to another backend", 0, { "NEW-BACKEND": backend });
  expect(moved).toMatchObject(done);
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
  expect(await follow(workspace, "Roll back a bad deploy", 0)).toMatchObject(done);
  expect(await describeTopics()).toContainEqual(
    expect.objectContaining({
      name: one,
      config: expect.not.objectContaining({ "retention.ms": "3600000" }),
    }),
  );
});
