import type { IHeaders } from "kafkajs";
import { expect, test } from "vitest";
import { findRecordChange } from "./record-change.ts";

const sent = { key: "smoke-0", value: '{"a":1}', headers: { "smoke-run": "r", "smoke-stack": "dev" } };

function message(change: { key?: string; value?: string; headers?: IHeaders } = {}) {
  const { key, value, headers } = { ...sent, ...change };
  return { key: Buffer.from(key), value: Buffer.from(value), headers };
}

test("A record counts as the one that was sent only if key, value and headers match", () => {
  expect(findRecordChange(sent, message())).toBeUndefined();
  expect(findRecordChange(sent, message({ value: '{"a": 1}' }))).toBe("value");
  expect(findRecordChange(sent, message({ key: "smoke-1" }))).toBe("key");
  const headers = { ...sent.headers, "smoke-stack": "prod" };
  expect(findRecordChange(sent, message({ headers }))).toBe("headers");
});

test("Nothing is disclosed about another producer's record", () => {
  const secret = message({ key: "their key", value: "their value", headers: {} });
  expect(findRecordChange(sent, secret)).toBe("record");
});
