import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readBaseStack } from "./base-stack.ts";
import { parseStackFile, valuesOf } from "./stack-file.ts";

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

test.for(["\r", "\u0085", "\u2028", "\u2029"])(
  "The line break %j ends a comment, as for the engine",
  (end) => {
    const file = parseStackFile(
      `config:${end}  # TLS${end}  kafka:skipTlsVerify: "true"${end}`,
      "Pulumi.prod.yaml",
    );
    expect(valuesOf(file).get("kafka:skipTlsVerify")).toBe("true");
  },
);

test.for(["a: [", "- a", "config: 3", "text", "a: 1\na: 2", "a: 1\n---\nb: 2"])(
  "A file that is not a stack's is refused with its name: %j",
  (text) => {
    expect(() => parseStackFile(text, "Pulumi.prod.yaml in main")).toThrow("Pulumi.prod.yaml in main");
  },
);
