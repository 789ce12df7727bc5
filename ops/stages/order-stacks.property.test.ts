import fc from "fast-check";
import { expect } from "vitest";
import { testProperty } from "../../test/property.ts";
import { mostStages, orderStacks, type Promotions } from "./order-stacks.ts";

const names = ["dev", "test", "staging", "prod", "eu", "constructor"];
const earlier = fc.subarray([...names, "gone"], { maxLength: 2 });
const stacks = fc.uniqueArray(fc.tuple(fc.constantFrom(...names), earlier), { selector: ([name]) => name });

/** The number of the earliest stage of a stack, from 1; infinity if there is none. */
function stageOf(stack: string, stacks: Promotions, later: readonly string[] = []): number {
  const before = stacks.get(stack);
  if (!before || later.includes(stack)) return Number.POSITIVE_INFINITY;
  return 1 + Math.max(0, ...before.map((name) => stageOf(name, stacks, [...later, stack])));
}

testProperty(
  "Each stack is once in the earliest stage after all that it is promoted after, or a finding names a stack's file",
  stacks,
  (entries) => {
    const given = new Map(entries);
    const wanted = entries.map(([stack]) => [stack, stageOf(stack, given)] as const);
    const ordered = orderStacks(given, names);
    expect("problems" in ordered).toBe(wanted.some(([, stage]) => stage > mostStages));
    if ("problems" in ordered) {
      expect(ordered.problems.length).toBeGreaterThan(0);
      for (const { place } of ordered.problems) expect(place).toMatch(/^Pulumi\.\w+\.yaml$/);
      return;
    }
    const { stages } = ordered;
    const found = stages.flatMap((stage, at) => stage.map((stack) => [stack, at + 1] as const));
    expect(found.sort()).toEqual(wanted.sort());
    // A later job runs only if the former one has run.
    expect(stages.every((stage) => stage.length > 0)).toBe(true);
  },
);
