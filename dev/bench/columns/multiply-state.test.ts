import { expect, test } from "vitest";
import { multiplyState } from "./multiply-state.ts";

test("A state with one topic becomes a state with many topics, including its outputs", () => {
  const state = {
    version: 3,
    deployment: {
      resources: [
        { type: "pulumi:pulumi:Stack", urn: "stack", outputs: { topics: { seed: { partitions: 3 } } } },
        { type: "pulumi:providers:kafka", urn: "provider" },
        { type: "kafka:index/topic:Topic", urn: "topic::seed", id: "seed", inputs: { name: "seed" } },
      ],
    },
  };
  const multiplied = JSON.parse(multiplyState(JSON.stringify(state), "seed", ["a", "b"]));
  expect(multiplied).toEqual({
    version: 3,
    deployment: {
      resources: [
        {
          type: "pulumi:pulumi:Stack",
          urn: "stack",
          outputs: { topics: { a: { partitions: 3 }, b: { partitions: 3 } } },
        },
        { type: "pulumi:providers:kafka", urn: "provider" },
        { type: "kafka:index/topic:Topic", urn: "topic::a", id: "a", inputs: { name: "a" } },
        { type: "kafka:index/topic:Topic", urn: "topic::b", id: "b", inputs: { name: "b" } },
      ],
    },
  });
});
