import fc from "fast-check";
import { expect } from "vitest";
import { misplace, oddJson, oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { parseStackOutputs, parseTopicState, StateError } from "./stack-state.ts";

const topic = fc.record(
  {
    name: oddText,
    partitions: fc.integer({ min: 1 }),
    replicationFactor: fc.integer({ min: 1 }),
    config: fc.option(fc.dictionary(oddText, oddText)),
    id: oddText,
  },
  { requiredKeys: ["name", "partitions", "replicationFactor"] },
);
const urns = fc.oneof(fc.constant("urn:pulumi:prod::kafka-topics::kafka:index/topic:Topic::orders"), oddText);
const outputs = fc.record(
  {
    topics: fc.dictionary(
      fc.oneof(fc.constant("orders"), oddText),
      fc.record(
        { smoke: fc.constantFrom("produce", "dry-run", "metadata", { off: "why" }), sample: oddJson },
        { requiredKeys: ["smoke"] },
      ),
      { maxKeys: 2 },
    ),
    bootstrapServers: fc.array(oddText),
  },
  { requiredKeys: [] },
);

testProperty(
  "Any outputs of a topic's resource are a topic, or refused with the first invalid field",
  fc.tuple(urns, misplace(topic, oddJson)),
  ([urn, outputs]) => {
    try {
      const { name, partitions, replicationFactor, config } = parseTopicState(urn, outputs);
      expect({ name, partitions, replicationFactor }).toEqual({
        name: expect.any(String),
        partitions: expect.toSatisfy((count) => Number.isInteger(count) && count > 0),
        replicationFactor: expect.toSatisfy((count) => Number.isInteger(count) && count > 0),
      });
      for (const value of Object.values(config)) expect(value).toBeTypeOf("string");
    } catch (error) {
      expect(error).toBeInstanceOf(StateError);
      expect(String(error)).toMatch(/cannot be read: topic .*: .+: given .+, allowed: .+\./s);
    }
  },
);

testProperty(
  "Any outputs of a stack give smoke modes and samples, or are refused with the first invalid field",
  misplace(outputs, oddJson),
  (outputs) => {
    try {
      for (const { smoke } of Object.values(parseStackOutputs(outputs, "prod")))
        expect(["produce", "dry-run", "metadata", "object"]).toContain(
          typeof smoke === "object" ? "object" : smoke,
        );
    } catch (error) {
      expect(error).toBeInstanceOf(StateError);
      expect(String(error)).toMatch(/written by this program: .*: given .+, allowed: .+\./s);
    }
  },
);
