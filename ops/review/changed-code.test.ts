import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { findChangedCode } from "./changed-code.ts";

// The test starts programs, which takes time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const folder = mkdtempSync(join(tmpdir(), "kafka-topics-code-"));
afterAll(() => rmSync(folder, { recursive: true }));

function git(...args: string[]): string {
  const author = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
  return spawnSync("git", [...author, ...args], { cwd: folder, encoding: "utf8" }).stdout.trim();
}

function commit(files: Readonly<Record<string, string>>): string {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  git("add", "--all");
  git("commit", "--quiet", "-m", "change");
  return git("rev-parse", "HEAD");
}

test("Everything but topics and stacks is code", async () => {
  git("init", "--quiet");
  const base = commit({ "infra/topics/a.ts": "a", "Pulumi.prod.yaml": "a", "infra/index.ts": "a" });
  const topics = commit({ "infra/topics/team/ü.ts": "b", "Pulumi.prod.yaml": "b", "Pulumi.test.yaml": "b" });
  expect(await findChangedCode(base, topics, folder)).toEqual([]);
  const code = {
    "infra/topics.ts": "c",
    "infra/index.ts": "c",
    "Pulumi.yaml": "c",
    "docs/Pulumi.prod.yaml": "c",
    "a\nb": "c",
  };
  const all = commit(code);
  expect((await findChangedCode(base, git("rev-parse", `${all}^{tree}`), folder)).sort()).toEqual(
    Object.keys(code).sort(),
  );
});

test.each(["HEAD", "--output=x", "", "f".repeat(39)])("--merged %j is refused", async (merged) => {
  await expect(findChangedCode("HEAD", merged, folder)).rejects.toThrow(
    `--merged: given ${JSON.stringify(merged)}, allowed: the hash of a tree or a commit`,
  );
});
