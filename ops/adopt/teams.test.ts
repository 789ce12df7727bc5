import { expect, test } from "vitest";
import { parseSplit, teamOf } from "./teams.ts";

const teams = new Map([
  ["payments", ["payments", "pay"]],
  ["finance", ["payments.ledger", "account-"]],
]);

test.for([
  ["payments.orders", "payments"],
  ["pay-in", "payments"],
  ["pay", "payments"],
  // Only whole segments.
  ["payroll.salaries", "payroll"],
  ["payments.ledger.entries", "finance"],
  ["account-balance", "finance"],
  ["search.clicks", "search"],
  ["clicks", "clicks"],
  ["_schemas", "_schemas"],
  [".hidden", "other"],
  ["-x.y", "other"],
  ["node_modules.x", "other"],
] as const)("The team of %s is %s", ([name, team]) => {
  expect(teamOf(name, { teams })).toBe(team);
});

test("A pattern finds the team: its first group, or all that it matches", () => {
  const split = (pattern: string) => teamOf("prod_search_clicks", { teams, split: parseSplit(pattern) });
  expect(split("^prod_([a-z]+)")).toBe("search");
  expect(split("search")).toBe("search");
  expect(split("^none")).toBe("other");
  expect(() => parseSplit("(")).toThrow('--split: given "(", allowed: a regular expression');
});
