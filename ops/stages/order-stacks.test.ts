import { expect, test } from "vitest";
import { describeProblem } from "../../kafka/refused-error.ts";
import { orderStacks } from "./order-stacks.ts";

type Given = Readonly<Record<string, readonly string[]>>;
const order = (given: Given, known = Object.keys(given)) =>
  orderStacks(new Map(Object.entries(given)), known);

test.for<[Given, string[][]]>([
  [{ dev: [], staging: [], prod: [] }, [["dev", "staging", "prod"]]],
  [{ prod: ["staging"], staging: [] }, [["staging"], ["prod"]]],
  [
    { prod: ["staging"], eu: ["dev"], staging: ["dev"], dev: [], lab: [] },
    [["dev", "lab"], ["eu", "staging"], ["prod"]],
  ],
  // The latest of several stacks decides.
  [{ prod: ["dev", "staging"], staging: ["dev"], dev: [] }, [["dev"], ["staging"], ["prod"]]],
])("The stages of %j are %j", ([given, stages]) => {
  expect(order(given)).toEqual({ stages });
});

test.for<[string, Given, string[], string[]]>([
  [
    "a stack without a file",
    { prod: ["stagin"], staging: [] },
    [],
    ["STACK_UNKNOWN: given 'stagin', allowed: a stack that has a file, perhaps staging"],
  ],
  [
    "a stack that is not deployed",
    { prod: ["staging"] },
    ["staging"],
    [
      "STACK_NOT_DEPLOYED: given 'staging', allowed: a stack that is deployed too: add staging to --stacks (in CI, the variable STACKS), or remove it here",
    ],
  ],
  ["itself", { prod: ["prod"] }, [], ["PROMOTION_CYCLE: given 'prod', allowed: another stack than itself"]],
  [
    "a cycle, and stacks after it",
    { last: ["prod"], prod: ["b"], b: ["a"], a: ["b", "dev"], dev: [], self: ["self"] },
    [],
    [
      "PROMOTION_CYCLE: given 'a', allowed: a stack that does not come after b itself: b comes after a, a comes after b. Remove one of these",
      "PROMOTION_CYCLE: given 'self', allowed: another stack than itself",
    ],
  ],
  [
    "too many stages",
    { a: [], b: ["a"], c: ["b"], prod: ["c"], e: ["prod"] },
    [],
    [
      "TOO_MANY_STAGES: given [ 'c' ], allowed: stacks before stage 3, the last one of CI: prod would come after it",
    ],
  ],
])("Stacks are refused that are promoted after %s", ([, given, others, expected]) => {
  const ordered = order(given, [...Object.keys(given), ...others]);
  const problems = "problems" in ordered ? ordered.problems : [];
  const said = problems.map((one) => `${one.code}:${describeProblem(one).split("promoteAfter:")[1]}`);
  expect(said.sort()).toEqual(expected);
  for (const one of problems) expect(one.place).toMatch(/^Pulumi\.(prod|b|self)\.yaml$/);
});
