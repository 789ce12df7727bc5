import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../dev/places.ts";
import type { Catalogue } from "../infra/topic.ts";
import fixture from "./fixtures/real-topics.json" with { type: "json" };
import { alterTopics, describeTopics } from "./kafka-tools.ts";
import { Workspace } from "./workspace.ts";

/** Creates a topic as a team did it before, with Kafka's own tool. */
async function createTopic({
  name,
  partitions,
  replicationFactor,
  config,
}: (typeof fixture)[number]): Promise<void> {
  const configs = Object.entries(config).flatMap(([key, value]) => ["--config", `${key}=${value}`]);
  const shape = ["--partitions", String(partitions), "--replication-factor", String(replicationFactor)];
  await alterTopics("--create", "--topic", name, ...shape, ...configs);
}

test("The topics of a real team are adopted as they are: only imports, and nothing changes on the cluster", async () => {
  const topics: Catalogue = { "adopt.known": { partitions: 1, replicationFactor: 1 } };
  await using workspace = new Workspace(topics);
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  // Two at a time: each starts a JVM.
  for (let at = 0; at < fixture.length; at += 2)
    await Promise.all(fixture.slice(at, at + 2).map(createTopic));
  await createTopic({ name: "adopt.left-out", partitions: 1, replicationFactor: 1, config: {} });
  const before = await describeTopics();

  const adopted = await workspace.run("adopt", "--exclude", "left-out$");
  expect(adopted).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("43 topics written to infra/topics/adopted.ts"),
  });
  const again = await workspace.run("adopt");
  expect(again).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("adopted.ts is there already"),
  });
  const file = join(workspace.folder, "infra", "topics", "adopted.ts");
  const source = readFileSync(file, "utf8");
  const formatter = ["format", "--stdin-file-path=infra/topics/adopted.ts"];
  expect(execFileSync("biome", formatter, { cwd: root, input: source, encoding: "utf8" })).toBe(source);
  expect(source).toContain("days(7)");

  const preview = await workspace.run("preview");
  expect(preview.stdout).toContain("= 43 to import\n    2 unchanged");
  const up = await workspace.up();
  expect(up).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("= 43 imported") });
  expect(await describeTopics()).toEqual(before);
  expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });

  workspace.configure({ adoptExisting: false });
  workspace.writeCatalogue(
    "late.ts",
    'export const topics = { "adopt.left-out": { partitions: 1, replicationFactor: 1 } };\n',
  );
  const refused = await workspace.run("preview");
  expect(refused.exitCode).not.toBe(0);
  expect(refused.stdout).toContain(
    "infra/topics/late.ts: adopt.left-out: given 'a topic that is on the cluster already', refused: adoptExisting of Pulumi.test.yaml is false",
  );
  await alterTopics("--delete", "--topic", "adopt.left-out");
}, 400_000);

test("Wrong patterns, and a cluster without a topic to adopt, are told and write nothing", async () => {
  await using workspace = new Workspace({ "adopt.none": { partitions: 1 } });
  await workspace.run("pulumi", "stack", "select", "test", "--create");
  const wrong = await workspace.run("adopt", "--include", "(");
  expect(wrong).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("--include: given '(', allowed: a regular expression"),
  });
  const none = await workspace.run("adopt", "--include", "^no-such-topic$");
  expect(none).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("No topic to adopt: 0 topics") });
});
