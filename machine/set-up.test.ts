import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { providerFolder, pulumiBin, pulumiHome, root } from "./paths.ts";

// Each test starts programs, which takes time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kafka-topics-set-up-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a script of package.json from a repository. */
async function run(repository: string, file: string, env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [join(repository, "machine", "run.mjs"), file, "version"], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { exitCode: child.exitCode, stdout, stderr };
}

/** A program that writes its environment to a file when it runs, and prints everything that a check could look for. */
function plant(file: string, marker: string): void {
  mkdirSync(join(file, ".."), { recursive: true });
  const lines = ["#!/bin/sh", `env > '${marker}'`, "echo v3.259.0 3.13.2 Usage"];
  writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o755 });
}

test("A planted engine is not run, and a pipeline's command says what to do", async () => {
  const marker = join(folder, "ran");
  const inHome = (path: string) => path.replace(pulumiHome, folder);
  plant(join(inHome(pulumiBin), "pulumi"), marker);
  plant(join(inHome(pulumiBin), "pulumi-language-nodejs"), marker);
  plant(join(inHome(providerFolder), "pulumi-resource-kafka"), marker);
  const env = { CI: "true", PULUMI_HOME: folder, PULUMI_CONFIG_PASSPHRASE: "correct horse" };
  const { exitCode, stdout, stderr } = await run(root, "pulumi/run.ts", env);
  expect(existsSync(marker)).toBe(false);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toMatch(
    /^Pulumi CLI \S+: the files in \S+ have another SHA-256 than this repository pins\. With CI set, only npm run set-up downloads and builds programs\. Run npm run set-up before this command, in a step without secrets\.\n$/,
  );
});

test("A pipeline's command does not install the engine", async () => {
  const { exitCode, stderr } = await run(root, "pulumi/run.ts", { CI: "1", PULUMI_HOME: folder });
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^Pulumi CLI \S+: not installed\. With CI set, only npm run set-up downloads/);
});

/** A clone without packages, and the file to which a stand-in for npm writes its environment. */
function createClone() {
  for (const name of ["machine", "package.json", "package-lock.json"])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  const marker = join(folder, "npm-environment");
  plant(join(folder, "bin", "npm"), marker);
  return { marker, PATH: [join(folder, "bin"), process.env.PATH].join(delimiter) };
}

test("A pipeline's command does not install the npm packages", async () => {
  const { marker, PATH } = createClone();
  for (const file of ["pulumi/run.ts", "dev/check.ts", "github/comment.ts"]) {
    const { exitCode, stderr } = await run(folder, file, { CI: "true", PATH });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^The npm packages are not installed.* Run one of them before this command/);
  }
  expect(existsSync(marker)).toBe(false);
});

test.each(["dev/set-up.ts", "dev/test.ts"])(
  "%s installs the npm packages in a pipeline too",
  async (file) => {
    const { marker, PATH } = createClone();
    const { stderr } = await run(folder, file, { CI: "true", PATH });
    expect(stderr).toContain("Installing the packages that package-lock.json names (npm ci)");
    expect(existsSync(marker)).toBe(true);
  },
);

test("npm does not see the secrets of the command that installs the packages first", async () => {
  const { marker, PATH } = createClone();
  const secrets = { PULUMI_CONFIG_PASSPHRASE: "correct horse", AWS_SECRET_ACCESS_KEY: "correct horse" };
  await run(folder, "pulumi/run.ts", { CI: "", PATH, ...secrets });
  expect(readFileSync(marker, "utf8")).toContain("PATH=");
  expect(readFileSync(marker, "utf8")).not.toContain("correct horse");
});
