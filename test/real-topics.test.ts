import { expect, test } from "vitest";
import type { Catalogue, TopicDeclaration } from "../infra/topic.ts";
import fixture from "./fixtures/real-topics.json" with { type: "json" };
import { type DescribedTopic, describeTopics, readEndOffsets } from "./kafka-tools.ts";
import { Workspace } from "./workspace.ts";

/** Converts Kafka's text to the catalogue's typed value. */
function parseValue(text: string): string | number {
  return Number.isNaN(Number(text)) ? text : Number(text);
}

const topics: DescribedTopic[] = fixture.map(({ config, ...topic }) => ({ ...topic, config: { ...config } }));
const catalogue: Catalogue = Object.fromEntries(
  topics.map(({ name, config, ...topic }) => {
    const typed = Object.fromEntries(Object.entries(config).map(([key, value]) => [key, parseValue(value)]));
    return [name, { ...topic, config: typed } as TopicDeclaration];
  }),
);

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
