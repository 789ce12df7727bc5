import { expect, test } from "vitest";
import { describeProblem } from "../kafka/refused-error.ts";
import { parseTopic } from "./parse-topic.ts";
import { resolveTopics } from "./resolve.ts";
import { readStack } from "./stack.ts";
import type { TopicDeclaration } from "./topic.ts";
import { days } from "./topic-config.ts";

function resolve(topics: Record<string, TopicDeclaration>, config: Record<string, unknown> = {}) {
  const entries = Object.entries(topics).map(([name, entry]) => {
    const topic = parseTopic("infra/topics/a.ts", name, entry);
    if (Array.isArray(topic)) throw new Error(topic.map(describeProblem).join());
    return { name, file: "infra/topics/a.ts", declared: topic };
  });
  const text = Object.entries(config).map(([key, value]) => [`kafka-topics:${key}`, JSON.stringify(value)]);
  const { stack, problems: wrong } = readStack("kafka-topics", "test", Object.fromEntries(text));
  const resolved = stack
    ? resolveTopics(entries, Object.keys(topics), stack, ["dev", "prod"])
    : { topics: [], absent: new Set<string>(), problems: [] };
  return { ...resolved, problems: [...wrong, ...resolved.problems].map(describeProblem) };
}

test("By default a topic has the stack's replication factor, is protected and receives smoke records", () => {
  expect(resolve({ a: { partitions: 6 } }).topics).toMatchObject([
    { name: "a", partitions: 6, replicationFactor: 3, config: {}, smoke: "produce", protect: true },
  ]);
  const { topics } = resolve({ a: { partitions: 6 } }, { defaultReplicationFactor: 2, protect: false });
  expect(topics).toMatchObject([{ replicationFactor: 2, protect: false }]);
  expect(topics[0]).not.toHaveProperty("producesAnyway");
});

test("A topic with a name of other software receives smoke records only if it is declared so", () => {
  const { topics } = resolve({
    _schemas: { partitions: 1 },
    "joins-changelog": { partitions: 1 },
    "orders-changelog": { partitions: 1, smoke: "produce" },
  });
  expect(topics.map(({ smoke }) => smoke)).toEqual(["dry-run", "dry-run", "produce"]);
});

test("The cap of a small cluster lowers the replication factor and, with it, min.insync.replicas", () => {
  const topic = { partitions: 1, replicationFactor: 3, config: { "min.insync.replicas": 2 } };
  expect(resolve({ a: topic }, { maxReplicationFactor: 1 })).toMatchObject({
    topics: [{ replicationFactor: 1, config: { "min.insync.replicas": "1" } }],
    problems: [],
  });
});

test("An override replaces only the fields and configs that it names", () => {
  const topic: TopicDeclaration = { partitions: 12, config: { "retention.ms": 1000, "segment.ms": 10 } };
  const overrides = { a: { partitions: 3, config: { "retention.ms": 2000 } } };
  expect(resolve({ a: topic }, { overrides }).topics).toMatchObject([
    { partitions: 3, config: { "retention.ms": "2000", "segment.ms": "10" } },
  ]);
});

test("A topic is only on the stacks that it lists", () => {
  const topics = {
    everywhere: { partitions: 1 },
    here: { partitions: 1, stacks: ["test", "prod"] },
    listed: { partitions: 1, stacks: ["prod"] },
    excluded: { partitions: 1, stacks: { test: false as const } },
  };
  const resolved = resolve(topics);
  expect(resolved.problems).toEqual([]);
  expect(resolved.topics.map(({ name }) => name)).toEqual(["everywhere", "here"]);
  expect([...resolved.absent]).toEqual(["listed", "excluded"]);
});

test("A stack without any topic is refused: its update would delete every topic", () => {
  const topics = {
    a: { partitions: 1, stacks: ["prod"] },
    b: { partitions: 1, stacks: { test: false as const } },
  };
  expect(resolve(topics).problems).toEqual([
    expect.stringContaining(
      "infra/topics/: topics: given nothing, allowed: at least one topic that stack test has;",
    ),
  ]);
});

test("A topic differs on a stack in the fields and configs that it names there, and null removes a config", () => {
  const topic: TopicDeclaration = {
    partitions: 12,
    config: { "retention.ms": 1000, "max.message.bytes": 2000, "segment.ms": 10 },
    stacks: {
      test: {
        partitions: 1,
        smoke: "metadata",
        config: { "retention.ms": days(1), "max.message.bytes": null },
      },
      prod: { partitions: 24 },
    },
  };
  expect(resolve({ a: topic })).toMatchObject({
    topics: [
      { partitions: 1, smoke: "metadata", config: { "retention.ms": "86400000", "segment.ms": "10" } },
    ],
    problems: [],
  });
  expect(Object.keys(resolve({ a: topic }).topics[0]?.config ?? {})).not.toContain("max.message.bytes");
});

test("The stack's overrides are stronger than what the topic says about the stack, which is stronger than the defaults", () => {
  const topic: TopicDeclaration = {
    config: { "segment.ms": 2 },
    stacks: { test: { config: { "retention.ms": 3 } } },
  };
  const settings = {
    defaultPartitions: 4,
    defaults: [
      {
        topics: "*",
        config: { "flush.ms": 1, "segment.ms": 1, "retention.ms": 1, "delete.retention.ms": 1 },
      },
      { topics: "team.*", config: { "flush.ms": 2 } },
      { topics: "other.*", config: { "flush.ms": 3 } },
    ],
    overrides: { "team.a": { config: { "retention.ms": 4, "delete.retention.ms": null } } },
  };
  expect(resolve({ "team.a": topic }, settings)).toMatchObject({
    topics: [{ partitions: 4, config: { "flush.ms": "2", "segment.ms": "2", "retention.ms": "4" } }],
    problems: [],
  });
});

test("Other configs are sent as they are, and can differ on a stack", () => {
  const topic: TopicDeclaration = {
    partitions: 1,
    config: { "retention.ms": 1 },
    otherConfig: { "vendor.tier": "hot", "vendor.cache": "on" },
    stacks: { test: { otherConfig: { "vendor.tier": "cold", "vendor.cache": null } } },
  };
  expect(resolve({ a: topic }).topics[0]?.config).toEqual({ "retention.ms": "1", "vendor.tier": "cold" });
});

test("A stack's file gives the number without a limit by its name, and -1 where Kafka accepts it", () => {
  const settings = {
    defaults: [{ topics: "*", config: { "flush.ms": "noLimit", "retention.ms": -1 } }],
    overrides: { a: { config: { "segment.ms": "noLimit" } } },
  };
  const { topics, problems } = resolve({ a: { partitions: 1 } }, settings);
  expect(problems).toEqual([]);
  const noLimit = "9223372036854775807";
  expect(topics[0]?.config).toEqual({ "flush.ms": noLimit, "segment.ms": noLimit, "retention.ms": "-1" });
  const wrong = { defaults: [{ topics: "*", config: { "flush.ms": -1, "segment.ms": Number(noLimit) } }] };
  expect(resolve({ a: { partitions: 1 } }, wrong).problems).toEqual([
    expect.stringMatching(/flush\.ms: given -1, allowed: a whole number of at least 0, or noLimit$/),
    expect.stringMatching(/segment\.ms: given 9223372036854776000, allowed: .*, or noLimit$/),
  ]);
});

test("A config of a topic that is null has no default of the stack", () => {
  const defaults = [{ topics: "*", config: { "flush.ms": 1, "segment.ms": 1 } }];
  const { topics } = resolve({ a: { partitions: 1, config: { "flush.ms": null } } }, { defaults });
  expect(topics[0]?.config).toEqual({ "segment.ms": "1" });
});

test("The stack says what the suite does with topics that do not say so themselves", () => {
  const topics: Record<string, TopicDeclaration> = {
    "connect-configs": { partitions: 1 },
    "connect-clicks": { partitions: 1, smoke: "produce" },
    "connect-legacy": { partitions: 1 },
    orders: { partitions: 1 },
    payments: { partitions: 1 },
  };
  const smoke = [
    { topics: "connect-*", mode: "metadata", because: "Kafka Connect reads it" },
    { topics: "*-legacy", mode: "off", because: "it is deleted soon" },
    { topics: "payments", mode: "produce", because: "its consumers skip the suite's records" },
  ];
  const resolved = resolve(topics, { smoke }).topics;
  expect(resolved.map((topic) => topic.smoke)).toEqual([
    "metadata",
    "produce",
    { off: "it is deleted soon" },
    "produce",
    "produce",
  ]);
  const declared = resolved.filter(({ producesAnyway }) => producesAnyway);
  expect(declared.map(({ name }) => name)).toEqual(["connect-clicks", "payments"]);
  expect(resolve(topics, { smoke: [{ topics: "a", mode: "dry" }] }).problems).toEqual([
    expect.stringContaining(
      'smoke.0.mode: given \'dry\', allowed: "produce", "dry-run", "metadata" or "off"',
    ),
    expect.stringContaining("smoke.0.because: given nothing, allowed: the reason as text"),
  ]);
});

test("A topic without partitions needs the stack's default", () => {
  expect(resolve({ a: {} }).problems).toEqual([
    "  infra/topics/a.ts: a.partitions: given nothing, allowed: a whole number of at least 1, or defaultPartitions in " +
      "Pulumi.test.yaml",
  ]);
});

test("A stack without a file, and an override of a topic that the stack does not have, are refused", () => {
  const topics = {
    a: { partitions: 1, stacks: ["prd"] },
    b: { partitions: 1, stacks: { pord: false as const } },
    // No commit has its file.
    c: { partitions: 1, stacks: { "dev-secure": { partitions: 3 } } },
  };
  expect(resolve(topics, { overrides: { a: { partitions: 2 } } }).problems).toEqual([
    "  infra/topics/a.ts: a.stacks: given 'prd', allowed: a stack that has a file, perhaps prod",
    "  infra/topics/a.ts: b.stacks: given 'pord', allowed: a stack that has a file, perhaps prod",
    "  Pulumi.test.yaml: overrides.a: given 'a', allowed: a topic that stack test has: the topic's field stacks leaves it out",
  ]);
});

test("A problem names the place of the value: what the topic says about the stack, or the default", () => {
  const stacks = { test: { config: { "min.insync.replicas": 4 } } };
  expect(resolve({ a: { partitions: 1, stacks } }).problems).toEqual([
    expect.stringContaining('infra/topics/a.ts: a.stacks["test"]["config"]["min.insync.replicas"]: given 4'),
  ]);
  const defaults = [{ topics: "a*", config: { "min.insync.replicas": 4 } }];
  expect(resolve({ a: { partitions: 1 } }, { defaults }).problems).toEqual([
    expect.stringContaining(
      'Pulumi.test.yaml: defaults[0].config["min.insync.replicas"], for a.config["min.insync.replicas"]: given 4',
    ),
  ]);
  expect(resolve({ a: {} }, { defaultPartitions: 9, maxPartitions: 3 }).problems).toEqual([
    expect.stringContaining(
      "Pulumi.test.yaml: defaultPartitions, for a.partitions: given 9, allowed: at most 3",
    ),
  ]);
});

test("min.insync.replicas above the replication factor is refused", () => {
  const { problems } = resolve({
    a: { partitions: 1, replicationFactor: 2, config: { "min.insync.replicas": 3 } },
  });
  expect(problems).toEqual([
    expect.stringContaining(
      'a.config["min.insync.replicas"]: given 3, allowed: at most the replication factor, 2',
    ),
  ]);
});

test("A problem that an override causes names the stack's file", () => {
  const overrides = { a: { config: { "min.insync.replicas": 4 } } };
  expect(resolve({ a: { partitions: 1 } }, { overrides }).problems).toEqual([
    expect.stringContaining('Pulumi.test.yaml: overrides.a.config["min.insync.replicas"]: given 4'),
  ]);
});

test("A min.compaction.lag.ms above max.compaction.lag.ms is refused", () => {
  const config = { "min.compaction.lag.ms": 2000, "max.compaction.lag.ms": 1000 };
  expect(resolve({ a: { partitions: 1, config } }).problems).toEqual([
    expect.stringContaining(
      'a.config["min.compaction.lag.ms"]: given 2000, allowed: at most max.compaction.lag.ms, 1000',
    ),
  ]);
});

test("A password without its prefix is not shown", () => {
  const { problems } = resolve({}, { saslPassword: "hunter2" });
  expect(problems).toEqual([expect.stringContaining("saslPassword: given '(not shown)'")]);
});

test("An unknown key that begins like a known one is not shown either", () => {
  const { problems } = resolve({}, { "overrides.saslPassword": "hunter2" });
  expect(problems).toEqual([expect.stringContaining("overrides.saslPassword: given '(not shown)'")]);
});

test("An unknown key and a minimum above its maximum are reported together", () => {
  const { problems } = resolve({}, { protekt: true, minReplicationFactor: 3, maxReplicationFactor: 2 });
  expect(problems).toEqual([
    expect.stringContaining("protekt: given '(not shown)', allowed: a known key, perhaps protect"),
    expect.stringContaining("minReplicationFactor: given 3, allowed: at most maxReplicationFactor, 2"),
  ]);
});

test("An override of an undeclared topic and one with an invalid field are refused", () => {
  const { problems } = resolve({ orders: { partitions: 1 } }, { overrides: { order: { partitions: 1 } } });
  expect(problems).toEqual([
    expect.stringContaining(
      "overrides.order: given 'order', allowed: a topic of the catalogue, perhaps orders",
    ),
  ]);
  const wrong = resolve({ orders: { partitions: 1 } }, { overrides: { orders: { partitions: 0 } } });
  expect(wrong.problems).toEqual([
    expect.stringContaining("Pulumi.test.yaml: overrides.orders.partitions: given 0"),
  ]);
});

test("An unknown key of the stack's config is refused with the closest known key", () => {
  const { problems } = resolve({}, { maxReplicationFaktor: 1 });
  expect(problems).toEqual([expect.stringContaining("a known key, perhaps maxReplicationFactor")]);
});

test("A sample that exceeds the topic's max.message.bytes is refused if the smoke suite sends it", () => {
  const sample = "x".repeat(1024 ** 2);
  const topic = { partitions: 1, sample };
  expect(resolve({ a: topic }).problems).toEqual([
    expect.stringMatching(
      /a\.sample: given .1049090 bytes .*, allowed: at most max.message.bytes, 1048588, Kafka's default$/,
    ),
  ]);
  expect(resolve({ a: { ...topic, config: { "max.message.bytes": 1000 } } }).problems).toEqual([
    expect.stringMatching(/allowed: at most max.message.bytes, 1000$/),
  ]);
  expect(resolve({ a: { ...topic, config: { "max.message.bytes": 2_000_000 } } }).problems).toEqual([]);
  expect(resolve({ a: { ...topic, smoke: "metadata" } }).problems).toEqual([]);
});

test("A stack's config with values that are not plain data is refused with their place", () => {
  const of = (text: string) =>
    readStack("kafka-topics", "test", { "kafka-topics:overrides": text }).problems.map(describeProblem);
  expect(of('{ "a": { "sample": ["\\ud83d"] } }')).toEqual([
    expect.stringContaining(
      "Pulumi.test.yaml: overrides.a.sample.0: given '\\ud83d', allowed: text without lone surrogates",
    ),
  ]);
  expect(of('{ "__proto__": { "partitions": 1 } }')).toEqual([
    expect.stringContaining("overrides.__proto__: given { partitions: 1 }, allowed: another key"),
  ]);
  expect(of(`${"[".repeat(100_000)}${"]".repeat(100_000)}`)).toEqual([
    expect.stringContaining("overrides: given [ [ [ [Array] ] ] ], allowed: at most 100 levels"),
  ]);
});
