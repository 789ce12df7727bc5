import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createFolder } from "./new-folder.ts";

function makeParent(): string {
  const parent = mkdtempSync(join(tmpdir(), "kafka-topics-new-folder-"));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  return parent;
}

test("A folder is created with its parents, and the outermost one is returned", () => {
  const parent = makeParent();
  expect(createFolder(join(parent, "a", "b"))).toBe(join(parent, "a"));
  expect(existsSync(join(parent, "a", "b"))).toBe(true);
  expect(createFolder(join(parent, "a", "b"))).toBeUndefined();
});

test("A folder that cannot be created leaves nothing behind", () => {
  const parent = makeParent();
  writeFileSync(join(parent, "file"), "");
  symlinkSync(join(parent, "nowhere"), join(parent, "link"));
  expect(() => createFolder(join(parent, "file", "a"))).toThrow("ENOTDIR");
  expect(() => createFolder(join(parent, "link", "a"))).toThrow("EEXIST");
  expect(() => createFolder(join(parent, "new", "a".repeat(300)))).toThrow("ENAMETOOLONG");
  expect(readdirSync(parent)).toEqual(["file", "link"]);
});

test.runIf(existsSync("/proc/self"))(
  "In /proc, where no folder can be created, this ends with an error",
  () => {
    expect(() => createFolder("/proc/no-such-process/state")).toThrow("ENOENT");
  },
);
