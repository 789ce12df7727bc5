import fc from "fast-check";
import { expect } from "vitest";
import { isUnexpected } from "../machine/command.ts";
import { damage, misplace, oddJson, oddJsonText, oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { parseConfig } from "./stack-config.ts";

const secret = "hunter2";
const value = fc.record(
  { value: oddText.map((text) => secret + text), secret: fc.boolean() },
  { requiredKeys: [] },
);
const config = fc.dictionary(
  fc.oneof(fc.constantFrom("kafka:saslPassword", "kafka-topics:protect"), oddText),
  value,
);
const printed = config.map((values) => JSON.stringify(values));

testProperty(
  "Any output of config is texts by key, or refused without showing a value",
  fc.oneof(
    printed,
    damage(printed),
    misplace(config, oddJson).map((values) => JSON.stringify(values) ?? ""),
    oddJsonText,
  ),
  (text) => {
    try {
      for (const value of Object.values(parseConfig(text, "prod"))) expect(value).toBeTypeOf("string");
    } catch (error) {
      expect(isUnexpected(error), String(error)).toBe(false);
      expect(String(error)).not.toContain(secret);
    }
  },
);
