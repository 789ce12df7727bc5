import { spawn } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import { expect, test } from "vitest";
import { isAboutLocks, isLeftBehind, parseLocks } from "./locks.ts";
import { noteRun } from "./runs.ts";

const since = "2026-01-31T09:30:00Z";
const said = `error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  s3://state/.pulumi/locks/organization/kafka-topics/prod/1.json: created by ci@runner-7 (pid 123) at ${since}`;

test("The engine's message about a lock is parsed, and hidden from the user", () => {
  expect(parseLocks(said)).toEqual([{ user: "ci", host: "runner-7", pid: 123, since }]);
  expect(said.split("\n").map(isAboutLocks)).toEqual([true, true]);
  expect(isAboutLocks("error: preview failed")).toBe(false);
});

test("A lock is left behind only if its process was recorded on this system and is certainly gone", async () => {
  const child = spawn("cat", { stdio: ["pipe", "ignore", "ignore"] });
  const { pid = 0 } = child;
  const lock = { user: "ci", host: hostname(), pid, since: new Date().toISOString() };
  expect(isLeftBehind(lock), "it was not recorded").toBe(false);
  const endRun = noteRun(pid);
  expect(isLeftBehind(lock), "it is alive").toBe(false);
  child.kill("SIGKILL");
  await once(child, "exit");
  endRun(null);
  expect(isLeftBehind(lock)).toBe(true);
  // Another container with the same host name may have a process with the same id.
  expect(isLeftBehind({ ...lock, since }), "locked before it started").toBe(false);
  const later = new Date(Date.now() + 60_000).toISOString();
  expect(isLeftBehind({ ...lock, since: later }), "locked after it was last seen").toBe(false);
  expect(isLeftBehind({ ...lock, host: "another" })).toBe(false);

  noteRun(pid)(0);
  expect(isLeftBehind(lock), "a process that exits normally leaves no lock").toBe(false);
});
