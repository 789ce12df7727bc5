import { expect, test } from "vitest";
import type { TopicSpec } from "../kafka/topic.ts";
import { hashState } from "./judged-state.ts";

const orders: TopicSpec = { name: "orders", partitions: 6, replicationFactor: 3, config: { a: "1", b: "2" } };
const returns: TopicSpec = { name: "returns", partitions: 1, replicationFactor: 3, config: {} };

function hash(...topics: TopicSpec[]): string {
  return hashState(new Map(topics.map((topic) => [topic.name, topic])));
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
