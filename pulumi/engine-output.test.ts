import { expect, test } from "vitest";
import { isUnexpected } from "../machine/command.ts";
import { parsePreview } from "./preview.ts";
import { parseConfig } from "./stack-config.ts";
import { parseExport } from "./state.ts";

test.for([
  ["config", parseConfig],
  ["preview", parsePreview],
  ["state", parseExport],
] as const)("A truncated %s is refused, and not shown", ([what, parse]) => {
  try {
    parse('{ "kafka:saslPassword": { "value": "hunter2', "prod");
    expect.unreachable();
  } catch (error) {
    expect(isUnexpected(error)).toBe(false);
    expect(String(error)).toMatch(new RegExp(`${what} of stack prod cannot be read`));
    expect(String(error)).not.toContain("hunter2");
  }
});

test("A resource whose name is not text has the name of its URN", () => {
  const urn = "urn:pulumi:prod::kafka-topics::kafka:index/topic:Topic::orders";
  const steps = [{ op: "create", urn, newState: { inputs: { name: { toString: 1 } } } }];
  expect(parsePreview(JSON.stringify({ steps }), "prod").steps).toMatchObject([{ name: "orders" }]);
});
