import fc from "fast-check";
import { expect } from "vitest";
import { describeProblem, RefusedError } from "../kafka/refused-error.ts";
import { misplace, oddText, oddValue } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { fieldOf, parseTopic } from "./parse-topic.ts";
import { copyPlainData } from "./plain-data.ts";

const file = "infra/topics/team/orders.ts";

const declarations = fc.record(
  {
    partitions: fc.integer({ min: 1, max: 1_000 }),
    replicationFactor: fc.integer({ min: 1, max: 5 }),
    config: fc.constantFrom(
      {},
      { "retention.ms": 1, "cleanup.policy": ["compact", "delete"] },
      { "min.cleanable.dirty.ratio": 0.1, preallocate: true },
    ),
    sample: fc.jsonValue({ maxDepth: 3 }),
    smoke: fc.constantFrom("produce", "dry-run", "metadata", { off: "why" }),
    otherConfig: fc.constantFrom({}, { "vendor.tier": "hot" }),
    protect: fc.boolean(),
    stacks: fc.constantFrom<unknown[]>(
      ["prod"],
      { dev: { partitions: 1, config: { "retention.ms": null } }, prod: false },
      {},
    ),
  },
  { requiredKeys: [] },
);
const names = fc.oneof(
  { arbitrary: fc.constantFrom("orders", "team.orders_1", "o".repeat(249)), weight: 4 },
  fc.constantFrom(".", "..", "o".repeat(250), "__consumer_offsets"),
  oddText,
);

testProperty(
  "Any catalogue entry is a declaration that JSON can represent, or has problems with file, topic and field",
  fc.tuple(names, misplace(declarations, oddValue)),
  ([name, entry]) => {
    const read = copyPlainData(() => entry);
    const parsed =
      "copy" in read
        ? parseTopic(file, name, read.copy)
        : [
            {
              ...read.fault,
              code: "INVALID_VALUE",
              topic: name,
              place: file,
              field: fieldOf(name, read.fault.path),
            },
          ];
    if (!Array.isArray(parsed)) {
      expect(JSON.parse(JSON.stringify(parsed))).toEqual(parsed);
      expect(parsed.partitions ?? 1).toBeGreaterThan(0);
      for (const text of Object.values(parsed.config ?? {})) expect(text ?? "").toBeTypeOf("string");
      return;
    }
    expect(parsed).not.toEqual([]);
    expect(new RefusedError(parsed).message.isWellFormed()).toBe(true);
    for (const problem of parsed) {
      expect(problem).toMatchObject({ topic: name, place: file });
      expect(problem.field === "name" || problem.field.startsWith(name)).toBe(true);
      expect(problem.allowed ?? problem.refused).toMatch(/./);
      expect(describeProblem(problem).isWellFormed()).toBe(true);
    }
  },
);
