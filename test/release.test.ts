import { expect, onTestFinished, test } from "vitest";
import type { Catalogue } from "../infra/topic.ts";
import { describeTopics } from "./kafka-tools.ts";
import { deleteTopics } from "./topic-requests.ts";
import { Workspace } from "./workspace.ts";

test("A released topic stays on the cluster as it is, and no update of the stack touches it", async () => {
  const kept: Catalogue = { "released.kept": { partitions: 1, replicationFactor: 1 } };
  const topics: Catalogue = { ...kept, "released.legacy": { partitions: 2, replicationFactor: 1 } };
  await using workspace = new Workspace(topics);
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  onTestFinished(() => deleteTopics(["released.legacy"]));
  const before = await describeTopics();

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
  const released = await workspace.run("release", "released.legacy");
  expect(released, released.stderr).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("Stack test has released released.legacy. The cluster has not changed."),
  });
  const up = await workspace.up();
  expect(up, up.stdout).toMatchObject({ exitCode: 0 });
  expect(await describeTopics()).toEqual(before);

  workspace.declare(topics);
  const again = await workspace.up();
  expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("= 1 imported") });
  expect(await describeTopics()).toEqual(before);
});
