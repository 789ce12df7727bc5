import { expect, test } from "vitest";
import { describeDifference } from "./read-back.ts";

const sent = { key: "smoke-0", value: '{"a":1}' };
const message = (key: string | null, value: string) => ({
  key: key === null ? null : Buffer.from(key),
  value: Buffer.from(value),
});

test("A record is the one that was sent only when key and value are", () => {
  expect(describeDifference(sent, message("smoke-0", '{"a":1}'))).toBeUndefined();
  expect(describeDifference(sent, message("smoke-0", '{"a": 1}'))).toBe(
    "its value is not the one that was sent",
  );
  expect(describeDifference(sent, message("someone's", '{"a":1}'))).toBe("another record stands there");
  expect(describeDifference(sent, message(null, '{"a":1}'))).toBe("another record stands there");
});
