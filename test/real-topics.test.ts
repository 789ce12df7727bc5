import { globSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import realTopics from "../dev/bench/real-topics.json" with { type: "json" };
import type { Catalogue, TopicDeclaration } from "../infra/topic.ts";
import { createTestCluster } from "./cluster.ts";
import fixture from "./fixtures/real-topics.json" with { type: "json" };
import { type DescribedTopic, describeTopics, readEndOffsets } from "./kafka-tools.ts";
import { Workspace } from "./workspace.ts";

/** Converts Kafka's text to the catalogue's typed value. */
function parseValue(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  return Number.isNaN(Number(text)) ? text : Number(text);
}

/** Declares topics with the configs that they have. */
function declare(described: readonly DescribedTopic[]): Catalogue {
  return Object.fromEntries(
    described.map(({ name, config, ...topic }) => {
      const typed = Object.entries(config).map(([key, value]) => [key, parseValue(value)]);
      return [name, { ...topic, config: Object.fromEntries(typed) } as TopicDeclaration];
    }),
  );
}

const topics: DescribedTopic[] = fixture.map(({ config, ...topic }) => ({ ...topic, config: { ...config } }));
const catalogue = declare(topics);

test("The 43 topics of a real team are deployed with their real settings, and every partition accepts a record", async () => {
  await using workspace = new Workspace(catalogue);
  const created = await workspace.up();
  expect(created).toMatchObject({ exitCode: 0 });
  expect(created.stdout).toContain("+ 44 created");

  const described = new Map((await describeTopics()).map((topic) => [topic.name, topic]));
  for (const topic of topics) expect(described.get(topic.name)).toMatchObject(topic);

  const preview = await workspace.run("preview", "--expect-no-changes");
  expect(preview).toMatchObject({ exitCode: 0 });

  const smoke = await workspace.run("smoke");
  expect(smoke).toMatchObject({ exitCode: 0, stderr: "" });
  const offsets = await readEndOffsets();
  for (const { name, partitions, config } of topics) {
    // A compacted topic also has tombstones.
    const records = config["cleanup.policy"] === "compact" ? 2 : 1;
    for (let partition = 0; partition < partitions; partition++) {
      expect(offsets.get(`${name}:${partition}`), `${name}:${partition}`).toBe(records);
    }
  }
}, 300_000);

test("With tiered storage or a key that Kafka 4 has removed, each topic is named before anything is changed", async () => {
  const before = await describeTopics();
  const dropped = "message.timestamp.difference.max.ms";
  const cases: [config: object, reason: string][] = [
    [
      { "remote.storage.enable": true },
      'config["remote.storage.enable"]: given true, refused: Tiered Storage functionality is disabled',
    ],
    [{ [dropped]: 1000 }, `config["${dropped}"]: given 1000, allowed: a known key`],
  ];
  await using workspace = new Workspace(catalogue);
  for (const [config, reason] of cases) {
    const changed = Object.entries(catalogue).map(([name, topic]) => [
      name,
      { ...topic, config: { ...topic.config, ...config } },
    ]);
    workspace.declare(Object.fromEntries(changed));
    const refused = await workspace.up();
    expect(refused.exitCode).not.toBe(0);
    // A problem that all topics share is reported once.
    expect(refused.stdout).toContain(`${topics.length} problems, nothing was changed:`);
    expect(refused.stdout).toContain(`${topics.length} topics: TOPIC.${reason}`);
    expect(refused.stdout).toContain(` and ${topics.length - 3} more`);
  }
  expect(await describeTopics()).toEqual(before);
}, 300_000);

test("The topics of a real team with tiered storage are deployed, tested and adopted as they are, and their segments reach the remote storage", async () => {
  const cluster = await createTestCluster({
    tieredStorage: true,
    settings: { "remote.log.manager.task.interval.ms": "500" },
  });
  onTestFinished(async () => {
    await cluster.stop("SIGKILL");
    cluster.wipe();
  });
  await cluster.start();
  const servers = cluster.bootstrapServers;
  const tiered = realTopics
    .filter(({ team }) => team === "staging-ept")
    .map(({ team: _, config, ...topic }) => ({ ...topic, config: { ...config } as Record<string, string> }));
  // A record that comes a second later starts a new segment, and the old one is copied.
  const rolled: DescribedTopic = {
    name: "tiered.rolled",
    partitions: 1,
    replicationFactor: 3,
    config: { "remote.storage.enable": "true", "local.retention.ms": "3600000", "segment.ms": "1000" },
  };
  const all = [...tiered, rolled];
  const config = { "kafka:bootstrapServers": servers };
  await using workspace = new Workspace(declare(all), config);
  const created = await workspace.up();
  expect(created).toMatchObject({ exitCode: 0 });
  expect(created.stdout).toContain("+ 9 created");
  const described = new Map((await describeTopics(servers)).map((topic) => [topic.name, topic]));
  for (const topic of all) {
    expect(topic.config).toMatchObject({ "remote.storage.enable": "true" });
    expect(described.get(topic.name)).toMatchObject(topic);
  }
  expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });
  expect(await workspace.run("smoke")).toMatchObject({ exitCode: 0, stderr: "" });

  const appendAndFind = async () => {
    expect(await workspace.run("smoke", "--topic", rolled.name)).toMatchObject({ exitCode: 0 });
    return globSync(`**/*${rolled.name}*/**/*.log`, { cwd: cluster.remoteFolder });
  };
  await expect.poll(appendAndFind, { timeout: 60_000 }).not.toEqual([]);

  // Neither command shows the topic of tiered storage.
  expect(await workspace.run("drift", "--internal")).toMatchObject({ exitCode: 0 });
  const before = await describeTopics(servers);
  await using adopter = new Workspace({}, config);
  await adopter.createStack();
  const adopted = await adopter.run("adopt", "--internal");
  expect(adopted.stdout).toContain(`${all.length} topics written to infra/topics/adopted.ts`);
  const imported = await adopter.up();
  expect(imported).toMatchObject({ exitCode: 0 });
  expect(imported.stdout).toContain(`= ${all.length} imported`);
  expect(await describeTopics(servers)).toEqual(before);
}, 300_000);
