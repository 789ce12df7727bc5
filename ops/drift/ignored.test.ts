import { expect, test } from "vitest";
import { readStack } from "../../infra/stack.ts";
import type { Difference } from "./findings.ts";
import { isDrift, isIgnored } from "./ignored.ts";
import { describeDrift } from "./wording.ts";

function read(settings: Record<string, string>) {
  const keys = Object.entries(settings).map(([key, value]) => [`kafka-topics:${key}`, value]);
  const { stack, problems } = readStack("kafka-topics", "prod", Object.fromEntries(keys));
  if (!stack || problems.length > 0) throw new Error("the settings are valid");
  return stack;
}

const retention = {
  code: "CONFIG_ADDED_BY_HAND",
  key: "retention.ms",
  expected: undefined,
  observed: "1",
} as const;
const undeclared = { code: "TOPIC_UNDECLARED", observed: { partitions: 1 } } as const;
const differences: readonly Difference[] = [
  { topic: "tmp-1", ...undeclared },
  { topic: "tmp-2", ...retention },
  { topic: "orders", ...retention },
  { topic: "orders", ...retention, key: "flush.ms" },
  { topic: "orders", code: "TOPIC_MISSING" },
];

test("A stack ignores all differences of some topics, and those of some configs", () => {
  const stack = read({ ignore: '[{"topics":"tmp-*"},{"topics":"*","configs":["retention.ms"]}]' });
  const left = differences.filter((found) => !isIgnored(found, stack));
  expect(left).toEqual(differences.slice(3));
  expect(differences.filter((found) => isIgnored(found, read({})))).toEqual([]);
});

test("Undeclared topics are drift, unless the stack only reports them", () => {
  expect(differences.filter((found) => !isDrift(found, read({})))).toEqual([]);
  expect(differences.filter((found) => !isDrift(found, read({ undeclared: "report" })))).toEqual(
    differences.slice(0, 1),
  );
});

test("The result counts what was ignored, and what was only reported", () => {
  const drift = { stack: "prod", topics: 4, moves: [], gaps: [], leftOut: 0, ignored: 2 };
  expect(describeDrift({ ...drift, differences: differences.slice(0, 1), isDrifted: false })).toBe(
    "Stack prod: no drift in 4 topics; 1 undeclared topic is only reported. 2 differences ignored, as Pulumi.prod.yaml says.",
  );
  expect(describeDrift({ ...drift, differences: [], isDrifted: false, ignored: 0 })).toBe(
    "Stack prod: no drift in 4 topics.",
  );
});
