import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect } from "vitest";
import { oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { isUnexpected } from "./command.ts";
import { writeReport } from "./report-file.ts";

const folder = mkdtempSync(join(tmpdir(), "kafka-topics-report-"));
afterAll(() => rmSync(folder, { recursive: true }));

testProperty(
  "Any report is in the file that the flag names, or refused with the flag and the file",
  fc.record({ name: oddText.map((text) => text.replaceAll("..", "")), text: oddText }),
  ({ name, text }) => {
    // One file, unless the name is odd.
    const file = `${folder}/${name}`;
    try {
      writeReport("--json", file, text);
      expect(readFileSync(file, "utf8")).toBe(text.toWellFormed());
      rmSync(file);
    } catch (error) {
      expect(isUnexpected(error), String(error)).toBe(false);
      expect(String(error)).toContain(`--json ${file} cannot be written: `);
    }
  },
);
