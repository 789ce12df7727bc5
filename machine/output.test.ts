import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { writeOutputs } from "./output.ts";

const folder = mkdtempSync(join(tmpdir(), "kafka-topics-output-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

const file = join(folder, "report");
const renderings = { text: () => "text", json: () => "json\n", markdown: () => "markdown\n" };

test.for([
  [{}, "text\n", undefined],
  [{ json: "-" }, "json\n", undefined],
  [{ markdown: "-" }, "markdown\n", undefined],
  [{ json: file }, "text\n", "json\n"],
  [{ json: "-", markdown: file }, "json\n", "markdown\n"],
  [{ json: file, markdown: "-" }, "markdown\n", "json\n"],
] as const)("%j prints %j and writes %j", ([flags, printed, written]) => {
  const print = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  expect(writeOutputs(flags, renderings)).toBe(true);
  expect(print.mock.calls).toEqual([[printed]]);
  if (written !== undefined) expect(readFileSync(file, "utf8")).toBe(written);
});
