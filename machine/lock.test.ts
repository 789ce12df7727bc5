import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
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
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { withLock } from "./lock.mjs";

// Most tests start programs, which takes time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kafka topics lock "));
  lock = join(folder, "locks", "lock");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Starts another process that runs this code as a module, with access to the lock. */
function start(code: string): ChildProcess {
  const source = `
    import { readFileSync, writeFileSync } from "node:fs";
    import { setTimeout } from "node:timers/promises";
    import { withLock } from ${JSON.stringify(new URL("lock.mjs", import.meta.url).href)};
    const lock = ${JSON.stringify(lock)};
    const file = ${JSON.stringify(join(folder, "file"))};
    ${code}`;
  return spawn(process.execPath, ["--input-type=module", "-e", source], {
    stdio: ["ignore", "inherit", "inherit"],
  });
}

/** Starts another process and waits until it holds the lock. */
async function startHolder(): Promise<ChildProcess> {
  const holder = start(
    'await withLock(lock, () => { writeFileSync(file, ""); return setTimeout(60_000); }, () => {});',
  );
  await vi.waitUntil(() => existsSync(join(folder, "file")), { timeout: 20_000 });
  return holder;
}

test("Only one process at a time works under a lock, even if a killed process left the lock", async () => {
  // Above the highest process id of Linux and macOS.
  mkdirSync(join(lock, "99999999-1"), { recursive: true });
  writeFileSync(join(folder, "file"), "0");
  const work = `for (let left = 25; left > 0; left--)
    await withLock(lock, async () => {
      const count = Number(readFileSync(file, "utf8"));
      await setTimeout(1);
      writeFileSync(file, String(count + 1));
    }, () => {});`;
  const ends = [1, 2, 3, 4].map(() => once(start(work), "exit"));
  for (const [exitCode] of await Promise.all(ends)) expect(exitCode).toBe(0);
  expect(readFileSync(join(folder, "file"), "utf8")).toBe("100");
  expect(readdirSync(join(folder, "locks"))).toEqual([]);
});

test("A lock is free if the id of its process has been given to another process", async () => {
  mkdirSync(join(lock, `${process.pid}-1`), { recursive: true });
  expect(
    await withLock(
      lock,
      () => "done",
      () => {},
    ),
  ).toBe("done");
});

test("A waiting process learns once who holds the lock, and goes on when the holder is killed", async () => {
  const holder = await startHolder();
  const onWait = vi.fn((pid: number) => process.kill(pid, "SIGKILL"));
  expect(await withLock(lock, () => "done", onWait)).toBe("done");
  expect(onWait.mock.calls).toEqual([[holder.pid]]);
});

test("Ctrl-C ends a waiting process at once, and nothing is left behind", async () => {
  const holder = await startHolder();
  const waiting = start('await withLock(lock, () => {}, () => process.kill(process.pid, "SIGINT"));');
  expect(await once(waiting, "exit")).toEqual([null, "SIGINT"]);
  expect(readdirSync(join(folder, "locks"))).toEqual(["lock"]);
  holder.kill("SIGKILL");
  await once(holder, "exit");
});

test("Work that fails frees the lock", async () => {
  const fail = () => {
    throw new Error("no space left on device");
  };
  await expect(withLock(lock, fail, () => {})).rejects.toThrow("no space left on device");
  expect(
    await withLock(
      lock,
      () => "done",
      () => {},
    ),
  ).toBe("done");
});
