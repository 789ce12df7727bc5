import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test, vi } from "vitest";
import { describeProblem } from "../kafka/refused-error.ts";
import { readCatalogue } from "./catalogue.ts";
import { withDeadLetters } from "./dead-letters.ts";
import { resolveTopics } from "./resolve.ts";
import { readStack } from "./stack.ts";
import type { Catalogue, TopicDeclaration } from "./topic.ts";
import { days } from "./topic-config.ts";

// A case that reads a catalogue starts a process.
vi.setConfig({ testTimeout: 30_000 });

const orders: TopicDeclaration = {
  partitions: 6,
  replicationFactor: 3,
  config: { "cleanup.policy": "compact", "min.insync.replicas": 2 },
  otherConfig: { "vendor.tier": "fast" },
  owner: "shop",
  description: "Orders of the shop",
  smoke: "produce",
  stacks: {
    dev: { partitions: 1, config: { "cleanup.policy": "compact", "max.message.bytes": 1000 } },
    qa: false,
  },
};

test("A topic keeps its declaration, and its retry and dead-letter topics inherit it without compaction", () => {
  const topics = withDeadLetters({ orders }, { retries: 2, retention: days(14) });
  expect(Object.keys(topics)).toEqual(["orders", "orders.retry.1", "orders.retry.2", "orders.dlq"]);
  expect(topics.orders).toEqual(orders);
  expect(topics["orders.retry.2"]).toEqual({
    ...orders,
    description: "Retry topic of orders",
    smoke: "dry-run",
    config: { "cleanup.policy": "delete", "min.insync.replicas": 2 },
    stacks: {
      dev: {
        partitions: 1,
        description: "Retry topic of orders",
        smoke: "dry-run",
        config: { "cleanup.policy": "delete", "max.message.bytes": 1000 },
      },
      qa: false,
    },
  });
  expect(topics["orders.dlq"]).toMatchObject({
    ...orders,
    description: "Dead letters of orders",
    smoke: "dry-run",
    config: { "cleanup.policy": "delete", "min.insync.replicas": 2, "retention.ms": days(14) },
    stacks: {
      dev: { partitions: 1, config: { "retention.ms": days(14), "max.message.bytes": 1000 } },
      qa: false,
    },
  });
});

test("Options change fields of the made topics, on every stack, and their names", () => {
  const topics = withDeadLetters(
    { orders, "orders.returns": { partitions: 3, stacks: ["prod"] } },
    {
      retries: ["-retry-0"],
      suffix: "-dlt",
      retryTopics: { config: { "retention.ms": days(1), "min.insync.replicas": null } },
      deadLetterTopics: { partitions: 2, otherConfig: { "vendor.tier": "slow" } },
    },
  );
  expect(Object.keys(topics)).toEqual([
    ...["orders", "orders-retry-0", "orders-dlt"],
    ...["orders.returns", "orders.returns-retry-0", "orders.returns-dlt"],
  ]);
  expect(topics["orders-retry-0"]).toMatchObject({
    partitions: 6,
    config: { "cleanup.policy": "delete", "retention.ms": days(1), "min.insync.replicas": null },
  });
  expect(topics["orders-dlt"]).toMatchObject({
    partitions: 2,
    otherConfig: { "vendor.tier": "slow" },
    stacks: { dev: { partitions: 2 } },
  });
  expect(topics["orders.returns-dlt"]).toMatchObject({ partitions: 2, stacks: ["prod"] });
});

test("The compiler knows the names, and refuses a misspelt option or field", () => {
  const topics = withDeadLetters({ orders: { partitions: 6 } }, { retries: 1 }) satisfies Catalogue;
  expect(topics["orders.dlq"].partitions).toBe(6);
  expect(topics["orders.retry.1"]?.partitions).toBe(6);
  // @ts-expect-error the name of another topic
  expect(topics["order.dlq"]).toBeUndefined();
  expect(withDeadLetters({ a: {} }, { suffix: "-dlt" })["a-dlt"]).toBeDefined();
  // @ts-expect-error the default suffix
  expect(withDeadLetters({ a: {} }, { suffix: "-dlt" })["a.dlq"]).toBeUndefined();
  // @ts-expect-error a misspelt option
  expect(() => withDeadLetters({ a: {} }, { retrys: 1 })).toThrow("retrys: given 1");
  // @ts-expect-error a misspelt field of a topic
  expect(withDeadLetters({ a: { partitions: 1, replicas: 3 } })).toBeDefined();
  // @ts-expect-error a misspelt field of the dead-letter topics
  expect(withDeadLetters({ a: {} }, { deadLetterTopics: { partitons: 1 } })).toBeDefined();
  // @ts-expect-error a misspelt config
  expect(withDeadLetters({ a: {} }, { retryTopics: { config: { "retention.mss": 1 } } })).toBeDefined();
  // The compiler refuses to declare a topic that would be replaced.
  const dlq: TopicDeclaration = {};
  // @ts-expect-error "orders.dlq" is specified more than once
  expect(Object.keys({ "orders.dlq": dlq, ...topics })).toHaveLength(3);
});

const retries = "allowed: a whole number from 0 to 100, or a list of suffixes";
const topicsByName = "allowed: topics by name, { orders: { partitions: 6 } }";

const twice = "given twice, allowed: once: leave it out of the topics, or choose another suffix";
const topic = { partitions: 6 };

test.for<[why: string, ...given: unknown[]]>([
  [`retries: given -1, ${retries}`, { topic }, { retries: -1 }],
  [`retries: given 1.5, ${retries}`, { topic }, { retries: 1.5 }],
  [`retries: given "2", ${retries}`, { topic }, { retries: "2" }],
  [`retries: given 101, ${retries}`, { topic }, { retries: 101 }],
  [`retries: given [object Array], ${retries}`, { topic }, { retries: [1] }],
  ["suffix: given [object Null], allowed: text", { topic }, { suffix: null }],
  ["retryTopics: given 1, allowed: fields of a topic, { partitions: 1 }", { topic }, { retryTopics: 1 }],
  [
    "deadLetterTopics.stacks: given [object Array], allowed: the stacks of the topic itself",
    { topic },
    { deadLetterTopics: { stacks: ["prod"] } },
  ],
  [
    "retryTopics.otherConfig: given [object Array], allowed: configs by key",
    { topic },
    { retryTopics: { otherConfig: ["a"] } },
  ],
  ["options: given 2, allowed: { retries: 2 }", { topic }, 2],
  ["topic: given 6, allowed: a topic, { partitions: 6 }", { topic: 6 }],
  ["partitions: given 6, allowed: a topic, { partitions: 6 }", topic],
  [`topics: given [object Array], ${topicsByName}`, [topic]],
  [`topics: given [object Map], ${topicsByName}`, new Map()],
  [`topics: given undefined, ${topicsByName}`],
  [`a.dlq: ${twice}`, { a: topic, "a.dlq": topic }],
  [`a: ${twice}`, { a: topic }, { retries: [""] }],
])("withDeadLetters refuses its arguments: %s", ([why, ...given]) => {
  expect(() => Reflect.apply(withDeadLetters, undefined, given)).toThrow(
    new Error(`withDeadLetters: ${why}`),
  );
});

test("A catalogue file with a wrong option is refused by name, and says why", async () => {
  const { problems } = await readFile("export const topics = withDeadLetters({ a: {} }, { retry: 1 });");
  expect(problems).toEqual([
    "  infra/topics/orders.ts: file: given 'a module', refused: Error: withDeadLetters: retry: given 1, " +
      "allowed: one of retries, suffix, retention, deadLetterTopics, retryTopics",
  ]);
});

test("What is wrong with a made topic is reported like a declared one's, with the file that makes it", async () => {
  const long = "x".repeat(246);
  const { problems } = await readFile(
    `export const topics = {
      ...withDeadLetters({ orders: { partitions: 6 }, ${long}: { partitions: 1 } }),
      ...withDeadLetters({ returns: { partitions: 6 } }, { retention: "14 days" }),
      orders_dlq: { partitions: 1 },
    };`,
    { namePattern: "[a-z]+" },
  );
  const legal = '1 to 249 letters, digits, ".", "_" and "-", but not "." or ".." alone';
  const number = "a whole number of at least -1, or noLimit";
  const distinct = 'a name that differs from "orders.dlq" (infra/topics/orders.ts) in more than "." and "_"';
  const matching = "a name that matches [a-z]+ (namePattern of Pulumi.prod.yaml)";
  expect(problems).toEqual(
    [
      `name: given 'orders_dlq', allowed: ${distinct}`,
      `returns.dlq.config["retention.ms"]: given '14 days', allowed: ${number}`,
      `name: given '${"x".repeat(50)}'..., allowed: ${legal}`,
      `name: given 'orders.dlq', allowed: ${matching}`,
    ].map((problem) => `  infra/topics/orders.ts: ${problem}`),
  );
});

/** Reads a catalogue of one file for the stack `prod`. */
async function readFile(source: string, config: Record<string, unknown> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "kafka-topics-dead-letters-"));
  try {
    const library = pathToFileURL(join(import.meta.dirname, "dead-letters.ts")).href;
    writeFileSync(join(folder, "orders.ts"), `import { withDeadLetters } from "${library}";\n${source}`);
    const { entries, declaredNames, problems } = await readCatalogue(pathToFileURL(`${folder}/`));
    const texts = Object.entries(config).map(([key, value]) => [`kafka-topics:${key}`, String(value)]);
    const { stack } = readStack("kafka-topics", "prod", Object.fromEntries(texts));
    const ofStack = stack ? resolveTopics(entries, declaredNames, stack, []).problems : [];
    return { problems: [...problems, ...ofStack].map(describeProblem) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
