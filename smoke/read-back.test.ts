import type { IHeaders } from "kafkajs";
import { expect, test } from "vitest";
import { describeDifference } from "./read-back.ts";

const sent = { key: "smoke-0", value: '{"a":1}', headers: { "smoke-run": "r", "smoke-stack": "dev" } };

function message(change: { key?: string; value?: string; headers?: IHeaders } = {}) {
  const { key, value, headers } = { ...sent, ...change };
  return { key: Buffer.from(key), value: Buffer.from(value), headers };
}

test("A record is the one that was sent only when key, value and headers are", () => {
  expect(describeDifference(sent, message())).toBeUndefined();
  expect(describeDifference(sent, message({ value: '{"a": 1}' }))).toBe(
    "its value is not the one that was sent",
  );
  expect(describeDifference(sent, message({ key: "smoke-1" }))).toBe("its key is not the one that was sent");
  const headers = { ...sent.headers, "smoke-stack": "prod" };
  expect(describeDifference(sent, message({ headers }))).toBe("its headers are not those that were sent");
});

test("Nothing is told of a record of somebody else's", () => {
  const secret = message({ key: "their key", value: "their value", headers: {} });
  expect(describeDifference(sent, secret)).toBe("another record stands there");
});
