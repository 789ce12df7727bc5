import fc from "fast-check";
import { expect } from "vitest";
import { isUnexpected } from "../machine/command.ts";
import { damage, misplace, oddJson, oddJsonText, oddText, oddValue } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { catalogueCodes } from "./findings.ts";
import { parseFindings, reportProblem } from "./findings-file.ts";

const problems = fc.record(
  {
    code: fc.constantFrom(...catalogueCodes),
    topic: oddText,
    place: oddText,
    field: oddText,
    given: oddValue,
    allowed: oddText,
    refused: oddText,
  },
  { requiredKeys: ["code", "place", "field"] },
);
const files = fc.record({
  errors: fc.array(problems.map(reportProblem), { maxLength: 2 }),
  warnings: fc.constant([]),
});
const printed = files.map((findings) => JSON.stringify(findings));

testProperty("Any problem is written to the findings file and read without loss", files, (findings) => {
  expect(parseFindings(JSON.stringify(findings))).toEqual(findings);
});

testProperty(
  "Any text is findings with messages, or refused",
  fc.oneof(
    damage(printed),
    misplace(files, oddJson).map((findings) => JSON.stringify(findings) ?? ""),
    oddJsonText,
  ),
  (text) => {
    try {
      const { errors, warnings } = parseFindings(text);
      for (const { message } of [...errors, ...warnings]) expect(message).toBeTypeOf("string");
    } catch (error) {
      expect(isUnexpected(error), String(error)).toBe(false);
    }
  },
);
