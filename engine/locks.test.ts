import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { expect, test } from "vitest";
import { isAboutLocks, isLeftBehind, parseLocks } from "./locks.ts";

const since = "2026-01-31T09:30:00Z";
const said = `error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  s3://state/.pulumi/locks/organization/kafka-topics/prod/1.json: created by ci@runner-7 (pid 123) at ${since}`;

test("The engine's words on a lock are read, and kept from the user", () => {
  expect(parseLocks(said)).toEqual([{ user: "ci", host: "runner-7", pid: 123, since }]);
  expect(said.split("\n").map(isAboutLocks)).toEqual([true, true]);
  expect(isAboutLocks("error: preview failed")).toBe(false);
});

test("A lock is left behind only when its process is gone, and was on this host", () => {
  const { pid } = spawnSync("true");
  const lock = { user: "ci", host: hostname(), pid, since };
  expect(isLeftBehind(lock)).toBe(true);
  expect(isLeftBehind({ ...lock, host: "another" })).toBe(false);
  // The id of the dead engine may be another process's by now.
  expect(isLeftBehind({ ...lock, pid: process.pid })).toBe(true);
});
