import { expect, test } from "vitest";
import { explainUnmatched, isGlob, selectTopics } from "./topic-selection.ts";

const names = ["orders", "orders.eu", "orders-dlq", "billing"];

test.for([
  [{}, names],
  [{ topic: ["orders"] }, ["orders"]],
  [{ topic: ["orders.*"] }, ["orders.eu"]],
  [{ topic: ["*.eu", "bill?ng"] }, ["orders.eu", "billing"]],
  [{ exclude: ["orders*"] }, ["billing"]],
  [{ topic: ["orders*"], exclude: ["*-dlq"] }, ["orders", "orders.eu"]],
] as const)("%j selects %j", ([selection, selected]) => {
  expect(names.filter(selectTopics(selection))).toEqual(selected);
});

test("A pattern with characters that topic names cannot have is refused, with its flag", () => {
  expect(isGlob("orders|billing")).toBe(false);
  expect(() => selectTopics({ exclude: ["^orders"] })).toThrow(
    '--exclude: given "^orders", allowed: a topic name',
  );
});

test("Each glob that matches nothing is reported with its flag", () => {
  const selection = { topic: ["orders", "odrers*"], exclude: ["*.us", "billing"] };
  expect(explainUnmatched(selection, names)).toEqual([
    "--topic odrers*: matches none of the 4 topics.",
    "--exclude *.us: matches none of the 4 topics.",
  ]);
});

test("A glob with many stars that a long name does not match takes no exponential time", () => {
  const names = ["a".repeat(249)].filter(selectTopics({ topic: [`${"*a".repeat(20)}*b`] }));
  expect(names).toEqual([]);
});
