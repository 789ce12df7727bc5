import fc from "fast-check";
import { expect } from "vitest";
import { isUnexpected } from "../machine/command.ts";
import { misplace, oddJson, oddJsonText, oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { parsePreview } from "./preview.ts";

const urns = fc.oneof(fc.constant("urn:pulumi:prod::kafka-topics::kafka:index/topic:Topic::orders"), oddText);
const state = fc.record(
  { inputs: fc.dictionary(fc.constantFrom("name", "partitions", "config"), oddJson), protect: fc.boolean() },
  { requiredKeys: [] },
);
const step = fc.record(
  {
    op: fc.oneof(fc.constantFrom("create", "update", "replace", "delete"), oddText),
    urn: urns,
    oldState: state,
    newState: state,
  },
  { requiredKeys: ["op", "urn"] },
);
const diagnostic = fc.record(
  { severity: fc.constantFrom("error", "warning", "info"), message: oddText, urn: urns },
  { requiredKeys: ["severity", "message"] },
);
const previews = fc.record(
  {
    steps: fc.array(step, { maxLength: 3 }),
    diagnostics: fc.array(diagnostic, { maxLength: 3 }),
    config: oddJson,
  },
  { requiredKeys: [] },
);
const texts = fc.oneof(
  { arbitrary: misplace(previews, oddJson).map((preview) => JSON.stringify(preview) ?? ""), weight: 9 },
  oddJsonText,
);

testProperty("Any output of preview is steps and messages, or refused with the reason", texts, (text) => {
  try {
    const { steps, engine } = parsePreview(text, "prod");
    for (const { op, type, name } of steps)
      for (const word of [op, type, name]) expect(word).toBeTypeOf("string");
    for (const { message } of [...engine.errors, ...engine.warnings]) expect(message).toBe(message.trim());
  } catch (error) {
    expect(isUnexpected(error), String(error)).toBe(false);
    expect(String(error)).toContain("preview of stack prod cannot be read: ");
  }
});
