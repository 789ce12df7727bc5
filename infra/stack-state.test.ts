import { expect, test } from "vitest";
import { parseStackOutputs, parseTopicState, StateError } from "./stack-state.ts";

const urn = "urn:pulumi:prod::kafka-topics::kafka:index/topic:Topic::orders.eu";
const outputs = { name: "orders.eu", partitions: 6, replicationFactor: 3, config: null };

test("A topic in the state with null configs has no configs", () => {
  expect(parseTopicState(urn, outputs)).toEqual({ ...outputs, config: {} });
});

test.for([
  [undefined, "the whole value: given nothing, allowed: an object"],
  [{ ...outputs, partitions: "6" }, "partitions: given '6', allowed: a whole number of at least 1"],
  [{ ...outputs, partitions: 0 }, "partitions: given 0, allowed: a whole number of at least 1"],
  [
    { ...outputs, replicationFactor: 1.5 },
    "replicationFactor: given 1.5, allowed: a whole number of at least 1",
  ],
  [{ ...outputs, name: ["a"] }, "name: given [ 'a' ], allowed: text"],
  [{ ...outputs, config: "a=b" }, "config: given 'a=b', allowed: configs by key"],
  [{ ...outputs, config: { "retention.ms": 7 } }, "config.retention.ms: given 7, allowed: text"],
] as [unknown, string][])(
  "A state with an invalid field is refused with the field's name: %s",
  ([odd, said]) => {
    expect(() => parseTopicState(urn, odd)).toThrow(
      new StateError(
        `The state of stack prod cannot be read: topic orders.eu: ${said}. docs/operations.md explains how to recover.`,
      ),
    );
  },
);

test("Outputs with a sample of too many levels are refused", () => {
  const sample = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
  expect(() => parseStackOutputs({ topics: { orders: { smoke: "produce", sample } } }, "prod")).toThrow(
    "topics.orders.sample: given [ [ [ [Array] ] ] ], allowed: at most 100 levels",
  );
});
