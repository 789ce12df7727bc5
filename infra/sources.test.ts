import { expect, test } from "vitest";
import { parseTopic } from "./parse-topic.ts";
import { resolveTopics } from "./resolve.ts";
import { sourcesOf } from "./sources.ts";
import { readStack } from "./stack.ts";

/** The sources of a topic's values by field, on stack `dev` with these settings. */
function sources(
  declaration: unknown,
  settings: Record<string, unknown>,
): Record<string, string | undefined> {
  const file = "infra/topics/a.ts";
  const declared = parseTopic(file, "a", declaration);
  const texts = Object.entries(settings).map(([key, value]) => [
    `kafka-topics:${key}`,
    JSON.stringify(value),
  ]);
  const { stack } = readStack("kafka-topics", "dev", Object.fromEntries(texts));
  if (!stack || Array.isArray(declared)) throw new Error("the declaration and the settings are valid");
  const entry = { name: "a", file, declared };
  const { topics } = resolveTopics([entry], ["a"], stack, []);
  const origin = { stack, entries: new Map([["a", entry]]) };
  const values = topics.flatMap((topic) => sourcesOf(topic, origin));
  return Object.fromEntries(values.map(({ path, source }) => [path.at(-1), source]));
}

test("Each value names the place that decides it", () => {
  const declaration = {
    config: { "retention.ms": 1, "segment.ms": 1 },
    owner: "payments",
    stacks: { dev: { smoke: "metadata", config: { "segment.ms": 2 }, description: "Orders" } },
  };
  const settings = {
    defaultPartitions: 3,
    defaults: [{ topics: "*", config: { "flush.ms": 1 } }],
    overrides: { a: { config: { "retention.ms": 2 } } },
  };
  expect(sources(declaration, settings)).toEqual({
    partitions: "Pulumi.dev.yaml: defaultPartitions, for a.partitions",
    replicationFactor: "Pulumi.dev.yaml: defaultReplicationFactor, for a.replicationFactor",
    "flush.ms": 'Pulumi.dev.yaml: defaults[0].config["flush.ms"], for a.config["flush.ms"]',
    "retention.ms": 'Pulumi.dev.yaml: overrides.a.config["retention.ms"]',
    "segment.ms": 'infra/topics/a.ts: a.stacks["dev"]["config"]["segment.ms"]',
    smoke: 'infra/topics/a.ts: a.stacks["dev"]["smoke"]',
    protect: "Pulumi.dev.yaml: protect, for a.protect",
    owner: "infra/topics/a.ts: a.owner",
    description: 'infra/topics/a.ts: a.stacks["dev"]["description"]',
  });
});

test("A smoke mode of the stack names its entry", () => {
  const smoke = [{ topics: "*", mode: "metadata", because: "Avro" }];
  expect(sources({ partitions: 1 }, { smoke })).toMatchObject({
    smoke: "Pulumi.dev.yaml: smoke[0].mode, for a.smoke",
  });
});

test("A value that the cap lowers names the cap, and one that nothing gives names nothing", () => {
  const declaration = { partitions: 1, replicationFactor: 3, config: { "min.insync.replicas": 2 } };
  expect(sources(declaration, { maxReplicationFactor: 1 })).toMatchObject({
    partitions: "infra/topics/a.ts: a.partitions",
    replicationFactor: "Pulumi.dev.yaml: maxReplicationFactor",
    "min.insync.replicas": "Pulumi.dev.yaml: maxReplicationFactor",
    smoke: undefined,
  });
});
