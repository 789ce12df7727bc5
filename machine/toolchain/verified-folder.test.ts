import { execFileSync } from "node:child_process";
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { localFolder } from "../paths.ts";
import { hashFolder, isVerified, recordMade } from "./verified-folder.ts";

// Each test reads and writes files, which takes time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

let folder: string;
let program: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kafka-topics-verified-"));
  program = join(folder, "bin", "pulumi");
  mkdirSync(join(folder, "bin"));
  writeFileSync(program, "the engine");
  writeFileSync(join(folder, "LICENSE"), "Apache-2.0");
});
afterEach(() => {
  const records = globSync(join(localFolder, "verified", `*${basename(folder)}-*`));
  for (const path of [folder, ...records]) rmSync(path, { recursive: true });
});

const hashOf = async () => (await hashFolder(folder)) ?? "";

test("A folder's hash is that of sha256sum's list of its files", async () => {
  const script = "find * -type f | LC_ALL=C sort | xargs sha256sum | sha256sum";
  const printed = execFileSync("sh", ["-c", script], { cwd: folder, encoding: "utf8" });
  expect(printed).toBe(`${await hashFolder(folder)}  -\n`);
});

test("A folder that is neither pinned nor made by this clone is not verified", async () => {
  expect(await isVerified(folder, [])).toBe(false);
  expect(await isVerified(folder, [undefined, "0".repeat(64)])).toBe(false);
  expect(await isVerified(folder, [await hashOf()])).toBe(true);
  await recordMade(folder);
  expect(await isVerified(folder, [])).toBe(true);
  expect(await isVerified(join(folder, "missing"), [])).toBe(false);
});

test("A record in the folder or beside it verifies nothing", async () => {
  mkdirSync(join(folder, ".dev", "verified"), { recursive: true });
  writeFileSync(join(folder, ".dev", "verified", `${basename(folder)}-${await hashOf()}`), "");
  expect(await isVerified(folder, [])).toBe(false);
});

test("A program that was replaced by one of the same size and modification time is detected", async () => {
  const pinned = await hashOf();
  expect(await isVerified(folder, [pinned])).toBe(true);
  const { atime, mtime } = statSync(program);
  writeFileSync(`${program}.new`, "the attack");
  renameSync(`${program}.new`, program);
  utimesSync(program, atime, mtime);
  expect(await isVerified(folder, [pinned])).toBe(false);
  writeFileSync(program, "the engine");
  expect(await isVerified(folder, [pinned])).toBe(true);
  writeFileSync(program, "the attack");
  utimesSync(program, atime, mtime);
  expect(await isVerified(folder, [pinned])).toBe(false);
});

test.each([
  ["another file", () => writeFileSync(join(folder, "bin", "node"), "")],
  ["a link", () => symlinkSync("/bin/sh", join(folder, "bin", "node"))],
  ["a link to a folder", () => symlinkSync(tmpdir(), join(folder, "more"))],
])("A folder with %s is not verified", async (_, add) => {
  const pinned = await hashOf();
  await recordMade(folder);
  add();
  expect(await isVerified(folder, [pinned])).toBe(false);
});

test("Files that are no part of it do not change a folder's hash", async () => {
  const isPart = (name: string) => name === "pulumi";
  const pinned = (await hashFolder(folder, isPart)) ?? "";
  rmSync(join(folder, "LICENSE"));
  expect(await isVerified(folder, [pinned], isPart)).toBe(true);
});
