import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { writeReport } from "./report-file.ts";
import { hideSecrets } from "./secrets.ts";

const folder = mkdtempSync(join(tmpdir(), "kafka-topics-report-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("A report is written to a file that only this user can read", () => {
  const file = join(folder, "drift.json");
  writeReport("--json", file, "{}\n");
  expect(readFileSync(file, "utf8")).toBe("{}\n");
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("A report does not contain a known secret", () => {
  hideSecrets(["opensesame"]);
  const file = join(folder, "review.json");
  writeReport("--json", file, '{"observed": "user ada, password opensesame"}\n');
  expect(readFileSync(file, "utf8")).toBe('{"observed": "user ada, password [secret]"}\n');
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
