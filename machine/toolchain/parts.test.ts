import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeFolder, requireProgram } from "./parts.ts";

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "kafka-topics-parts-"));
});
afterEach(() => rmSync(parent, { recursive: true }));

test("A folder that could not be filled does not exist, and nothing is left behind", async () => {
  const attempt = makeFolder(join(parent, "jars"), async (folder) => {
    writeFileSync(join(folder, "half.jar"), "");
    throw new Error("no space left on device");
  });
  await expect(attempt).rejects.toThrow("no space left on device");
  expect(readdirSync(parent)).toEqual([]);
});

test("A folder replaces a broken one, and what a killed process left unfinished is removed", async () => {
  const folder = join(parent, "jars");
  mkdirSync(folder);
  writeFileSync(join(folder, "broken.jar"), "");
  mkdirSync(join(parent, ".unfinished-jars-99999999"));
  // In a container each run may have the same process id.
  mkdirSync(join(parent, `.unfinished-jars-${process.pid}`));
  await makeFolder(folder, async (unfinished) => writeFileSync(join(unfinished, "whole.jar"), "whole"));
  expect(readdirSync(parent)).toEqual(["jars"]);
  expect(existsSync(join(folder, "broken.jar"))).toBe(false);
  expect(readFileSync(join(folder, "whole.jar"), "utf8")).toBe("whole");
});

test("A missing program and an outdated one are reported in one line with what to install", async () => {
  const version = /v(\d+)/;
  const missing = requireProgram({ command: ["no-such-program"], version, atLeast: 1, install: "it" });
  await expect(missing).rejects.toThrow("no-such-program is missing or does not run: install it.");
  const old = requireProgram({ command: ["node", "--version"], version, atLeast: 999, install: "Node 999" });
  await expect(old).rejects.toThrow(/^node is too old, version \d+: install Node 999\.$/);
});
