import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect } from "vitest";
import { projectName } from "../machine/paths.ts";
import { damage, misplace, oddJson, oddJsonText, oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { explainLocked, isAboutLocks, isLeftBehind, parseLocks, readLocks } from "./locks.ts";

const folder = mkdtempSync(join(tmpdir(), "kafka-topics-locks-"));
afterAll(() => rmSync(folder, { recursive: true }));
const locks = join(folder, "locks", "organization", projectName, "prod");
mkdirSync(locks, { recursive: true });

const word = fc.string({ unit: fc.constantFrom("a", "1", "-", ".", "@", ":", "("), minLength: 1 });
const lock = fc.record({
  user: word,
  host: word.map((text) => text.replaceAll("@", "-")),
  pid: fc.nat(),
  since: word,
});
const said = fc.array(lock, { maxLength: 3 }).map((found) => ({
  found,
  text: found
    .map(({ user, host, pid, since }) => `s3://x.json: created by ${user}@${host} (pid ${pid}) at ${since}`)
    .join("\n"),
}));

testProperty("The locks that the engine names are parsed", said, ({ found, text }) => {
  expect(parseLocks(text)).toEqual(found);
  if (found.length > 0) expect(text.split("\n").every(isAboutLocks)).toBe(true);
});

testProperty(
  "Any text of the engine has locks with a process, or none",
  fc.oneof(
    damage(said.map(({ text }) => text)),
    word.map((text) => `: created by ${text.repeat(200)}`),
    oddText,
  ),
  (text) => {
    for (const lock of parseLocks(text)) expect(lock).toMatchObject({ pid: expect.any(Number) });
    expect(explainLocked("prod", parseLocks(text))).toContain("npm run pulumi -- cancel --stack prod");
    isAboutLocks(text);
  },
);

const lockFile = fc.record({
  pid: fc.nat(),
  username: oddText,
  hostname: oddText,
  timestamp: fc.constant("2026-01-31T09:30:00.123Z"),
});

testProperty(
  "Any lock file is a lock or unreadable, and never taken for one that was left behind",
  fc.oneof(
    misplace(lockFile, oddJson).map((lock) => JSON.stringify(lock) ?? ""),
    oddJsonText,
  ),
  (text) => {
    const file = join(locks, "1.json");
    writeFileSync(file, text);
    const [lock, ...more] = readLocks(folder, "prod");
    expect(more).toEqual([]);
    if (lock === undefined) throw new Error("no lock");
    if ("unreadable" in lock) expect(lock.unreadable).toBe(file);
    else expect(lock).toMatchObject({ since: expect.any(String), file });
    expect(isLeftBehind(lock)).toBe(false);
  },
);
