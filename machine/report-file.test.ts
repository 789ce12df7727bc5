import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { writeReport } from "./report-file.ts";

const folder = mkdtempSync(join(tmpdir(), "kafka-topics-report-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("A report is written to the file", () => {
  writeReport("--json", join(folder, "drift.json"), "{}\n");
  expect(readFileSync(join(folder, "drift.json"), "utf8")).toBe("{}\n");
});

test.for([
  ["a directory", folder, "EISDIR: "],
  ["a file in a missing directory", join(folder, "missing", "drift.json"), "ENOENT: "],
  ...(process.platform === "linux" ? [["a full disk", "/dev/full", "ENOSPC: "]] : []),
] as [string, string, string][])(
  "A report that cannot be written is refused with the flag and the file: %s",
  ([, file, reason]) => {
    expect(() => writeReport("--json", file, "{}\n")).toThrow(`--json ${file} cannot be written: ${reason}`);
  },
);
