import { expect, onTestFinished, test } from "vitest";
import type { Catalogue } from "../infra/topic.ts";
import { PlannedBlocks } from "./documentation/planned-blocks.ts";
import { runBlock, typed } from "./documentation/transcript.ts";
import { appendRecords, describeTopics, readEndOffsets, readTopicIds } from "./kafka-tools.ts";
import { deleteTopics } from "./topic-requests.ts";
import { Workspace } from "./workspace.ts";

const blocks = new PlannedBlocks(import.meta.url);

/** What changes if a topic is changed, created again or written to. */
async function readTopics() {
  return { described: await describeTopics(), ids: await readTopicIds(), offsets: await readEndOffsets() };
}

test("A released topic stays on the cluster as it is, and no update of the stack touches it", async () => {
  const kept: Catalogue = { "released.kept": { partitions: 1, replicationFactor: 1 } };
  const topics: Catalogue = { ...kept, "released.legacy": { partitions: 2, replicationFactor: 1 } };
  await using workspace = new Workspace(topics);
  workspace.environment = typed;
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  onTestFinished(() => deleteTopics(["released.legacy"]));
  const before = await readTopics();

  const declared = await workspace.run("release", "released.legacy");
  expect(declared).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("The catalogue declares released.legacy for stack test"),
  });
  const unknown = await workspace.run("release", "released.legcy");
  expect(unknown).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining(
      "TOPIC: given released.legcy, allowed: a topic of stack test, perhaps released.legacy",
    ),
  });

  workspace.declare(kept);
  expect(await workspace.run("review")).toMatchObject({
    exitCode: 2,
    stdout: expect.stringContaining(
      "To keep the topic on the cluster, without this stack: npm run release -- --stack test released.legacy",
    ),
  });
  await runBlock(workspace, blocks.take("docs/operations.md", "Hand topics over to another tool 1"), {
    words: { "orders.legacy": "released.legacy" },
    shownAs: { "released.legacy": "orders.legacy" },
  });
  expect(await readTopics()).toEqual(before);
  const outputs = await workspace.run("pulumi", "stack", "output", "topics");
  expect(outputs).toMatchObject({ exitCode: 0, stdout: expect.not.stringContaining("released.legacy") });

  workspace.declare(topics);
  const again = await workspace.up();
  expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("= 1 imported") });
  expect(await readTopics()).toEqual(before);
});

test("When topics move to a stack of their own, no topic changes, and both stacks are without changes and drift", async () => {
  const hour = 3_600_000;
  const kept: Catalogue = { "split.orders": { partitions: 1, replicationFactor: 1 } };
  const moved: Catalogue = {
    "split.payments.settled": { partitions: 2, replicationFactor: 1, config: { "retention.ms": hour } },
    "split.payments.state": { partitions: 1, replicationFactor: 2, config: { "cleanup.policy": "compact" } },
  };
  const words = { "payments.*": "split.payments.*" };
  const follow = (workspace: Workspace, name: string) =>
    runBlock(workspace, blocks.take("docs/operations.md", name), { words });
  await using old = new Workspace({ ...kept, ...moved }, { protect: true });
  await using own = new Workspace({}, { protect: true }, "payments");
  old.environment = typed;
  own.environment = typed;
  expect(await old.up()).toMatchObject({ exitCode: 0 });
  await appendRecords("split.payments.settled", 10);
  const before = await readTopics();

  own.removeCatalogue("team.ts");
  await own.createStack();
  own.configure({ protect: true, undeclared: "report" });
  await follow(own, "Split a stack 1");

  old.declare(kept);
  const review = await old.run("review");
  expect(review.exitCode).not.toBe(0);
  expect(review.stdout).toContain("npm run release -- --stack test TOPIC");
  old.configure({ protect: true, ignore: [{ topics: "split.payments.*" }] });
  // What is ignored is not drift.
  expect(await follow(old, "Split a stack 2")).not.toContain("npm run drift");
  expect(await follow(own, "Split a stack 3")).toContain("= 2 imported");
  for (const workspace of [old, own]) await follow(workspace, "Split a stack 4");
  expect(await readTopics()).toEqual(before);
});
