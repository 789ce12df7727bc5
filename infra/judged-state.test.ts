import { expect, test } from "vitest";
import type { TopicSpec } from "../kafka/topic.ts";
import { hashState } from "./judged-state.ts";

const orders: TopicSpec = { name: "orders", partitions: 6, replicationFactor: 3, config: { a: "1", b: "2" } };
const returns: TopicSpec = { name: "returns", partitions: 1, replicationFactor: 3, config: {} };

const config = { "kafka-topics:protect": "true", "kafka:timeout": "5" };

function hash(...topics: TopicSpec[]): string {
  return hashWith(config, topics);
}

function hashWith(given: Record<string, string>, topics: TopicSpec[]): string {
  return hashState(new Map(topics.map((topic) => [topic.name, topic])), given);
}

test("The hash of a state does not depend on the order of its topics and configs", () => {
  expect(hash(returns, { ...orders, config: { b: "2", a: "1" } })).toBe(hash(orders, returns));
});

test.for<TopicSpec[]>([
  [],
  [orders],
  [{ ...orders, partitions: 5 }, returns],
  [{ ...orders, replicationFactor: 2 }, returns],
  [{ ...orders, config: { a: "1", b: "3" } }, returns],
  [{ ...orders, name: "other" }, returns],
])("Any other state has another hash: %j", (topics) => {
  expect(hash(...topics)).not.toBe(hash(orders, returns));
});

test("The hash depends on every value of the stack's config, and not on their order", () => {
  const topics = [orders, returns];
  const reordered = Object.fromEntries(Object.entries(config).reverse());
  expect(hashWith(reordered, topics)).toBe(hash(...topics));
  for (const other of [
    {},
    { ...config, "kafka:timeout": "6" },
    { ...config, "kafka-topics:overrides": "{}" },
  ])
    expect(hashWith(other, topics)).not.toBe(hash(...topics));
});
