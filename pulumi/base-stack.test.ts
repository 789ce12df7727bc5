import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readBaseStack } from "./base-stack.ts";
import { valuesOf } from "./stack-file.ts";

// A project below the top of its repository.
const repository = mkdtempSync(join(tmpdir(), "base "));
const folder = join(repository, "topics");
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", ...args], { cwd: repository });
const write = (file: string, text: string) => writeFileSync(join(folder, file), text);

beforeAll(() => {
  mkdirSync(folder);
  git("init", "--quiet", "--initial-branch=main");
  write("Pulumi.yaml", "name: kafka-topics\nconfig:\n  protect: { type: boolean, default: true }\n");
  write("Pulumi.prod.yaml", "encryptionsalt: v1:a\nconfig:\n  kafka:tlsEnabled: 'true'\n  protect: true\n");
  git("add", ".");
  git("commit", "--quiet", "--message=First");
  write("Pulumi.prod.yaml", "config: {}\n");
});

afterAll(() => rmSync(repository, { recursive: true }));

test("A base is read from its commit, not from the working tree", async () => {
  const { stackFile = {}, projectFile } = await readBaseStack("main", "prod", folder);
  expect(stackFile).toMatchObject({ encryptionsalt: "v1:a" });
  expect(Object.fromEntries(valuesOf(stackFile))).toEqual({
    "kafka:tlsEnabled": "true",
    "kafka-topics:protect": true,
  });
  expect(valuesOf(projectFile).get("kafka-topics:protect")).toEqual({ type: "boolean", default: true });
});

test("A commit without the stack's file has no settings of the stack", async () => {
  expect(await readBaseStack("HEAD", "new", folder)).not.toHaveProperty("stackFile");
});

test.for(["", "-h", "--output=x", "no-such-branch", "HEAD:Pulumi.yaml", "HEAD;id", "a..b"])(
  "A base that is not a commit is refused: %j",
  async (ref) => {
    await expect(readBaseStack(ref, "prod", folder)).rejects.toThrow("--base: given");
  },
);
