import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { findNodePorts } from "../dev/cluster/node-ports.ts";
import { providerFolder, pulumiBin, pulumiHome, root } from "../machine/paths.ts";
import { createCluster } from "./cluster.ts";
import { runProgram, Workspace } from "./workspace.ts";

/** Creates a folder that is removed after the test. */
function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "kafka-topics-set-up-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Writes a program that creates a file when it runs. @returns the file */
function plant(program: string): string {
  writeFileSync(program, `#!/bin/sh\ntouch '${program}.ran'\n`, { mode: 0o755 });
  return `${program}.ran`;
}

test("A partly installed plugin is detected and installed again, and a second set-up does nothing", async () => {
  const home = createFolder();
  for (const folder of [pulumiBin, providerFolder]) {
    cpSync(folder, folder.replace(pulumiHome, home), { recursive: true });
  }
  const plugin = join(providerFolder.replace(pulumiHome, home), "pulumi-resource-kafka");
  truncateSync(plugin, 1_000_000);
  const run = (script: string, ...args: string[]) =>
    runProgram("npm", ["run", "--silent", script, ...args], {
      cwd: root,
      env: { ...process.env, CI: "true", PULUMI_HOME: home, PULUMI_STACK: "test" },
    });
  const first = await run("set-up");
  expect(first).toMatchObject({ exitCode: 0 });
  expect(first.stderr).toContain("Kafka provider plugin");
  expect(await run("set-up")).toEqual({ exitCode: 0, stdout: "Everything is installed.\n", stderr: "" });
  expect(await run("pulumi", "version")).toMatchObject({ exitCode: 0, stderr: "" });

  const ran = plant(plugin);
  const refused = await run("pulumi", "version");
  expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
  expect(refused.stderr).toMatch(/^Kafka provider plugin \S+: the files in \S+ have another SHA-256/);
  expect(existsSync(ran)).toBe(false);
});

test("The engine runs no plugin and no Node that the PATH contains", async () => {
  await using workspace = new Workspace({ "planted.one": { partitions: 1, replicationFactor: 1 } });
  const folder = createFolder();
  const planted = ["pulumi-resource-kafka", "pulumi-language-nodejs", "pulumi"].map((name) =>
    plant(join(folder, name)),
  );
  workspace.environment = { PATH: [folder, process.env.PATH].join(delimiter) };
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  expect(planted.filter((ran) => existsSync(ran))).toEqual([]);
});

test.runIf(process.platform === "linux")("A broker's environment contains no secret", async () => {
  vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", "correct horse");
  vi.stubEnv("GITHUB_TOKEN", "correct horse");
  const cluster = createCluster(await findNodePorts(1));
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await cluster.stop("SIGKILL");
    cluster.wipe();
  });
  await cluster.start();
  const environment = readFileSync(`/proc/${cluster.brokers[0]?.pid}/environ`, "utf8");
  expect(environment).toContain("PATH=");
  expect(environment).not.toContain("correct horse");
});
