import { cpSync, existsSync, linkSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { providerFolder, pulumiBin, pulumiHome } from "../machine/paths.ts";
import { makeCopy, runProgram } from "./workspace.ts";

/** A clone with its own state of the dev stack. */
function createClone(): string {
  const clone = makeCopy();
  onTestFinished(() => rmSync(clone, { recursive: true }));
  return clone;
}

/** Runs an engine command twice at the same time. */
function runTwice(clone: string, args: string[], environment: NodeJS.ProcessEnv = {}) {
  const env = { ...process.env, PULUMI_BACKEND_URL: undefined, PULUMI_STACK: undefined, ...environment };
  const run = () => runProgram("npm", ["run", "--silent", "pulumi", "--", ...args], { cwd: clone, env });
  return Promise.all([run(), run()]);
}

test("One of two first commands in a clone installs the packages, and the other waits for it", async () => {
  const clone = createClone();
  rmSync(join(clone, "node_modules"));
  const outcomes = await runTwice(clone, ["version"], { npm_config_prefer_offline: "true" });
  for (const outcome of outcomes) expect(outcome).toMatchObject({ exitCode: 0 });
  const told = outcomes.map(({ stderr }) => stderr).join("");
  expect(told.match(/Installing the packages/g)).toHaveLength(1);
  expect(told).toMatch(/Another command \(process \d+\) is installing the packages; waiting for it/);
});

test("One of two first commands on the dev stack creates it, and both succeed", async () => {
  const clone = createClone();
  for (let round = 0; round < 3; round++) {
    rmSync(join(clone, ".dev", "state"), { recursive: true, force: true });
    const outcomes = await runTwice(clone, ["stack", "ls", "--json"]);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ exitCode: 0 });
      expect(JSON.parse(outcome.stdout)).toMatchObject([{ name: "dev" }]);
    }
  }
});

test("Two commands that both need to install the plugin succeed", async () => {
  const clone = createClone();
  const home = mkdtempSync(join(tmpdir(), "kafka-topics-pulumi-home-"));
  onTestFinished(() => rmSync(home, { recursive: true }));
  cpSync(pulumiBin, pulumiBin.replace(pulumiHome, home), { recursive: true });
  const outcomes = await runTwice(clone, ["version"], { PULUMI_HOME: home });
  for (const outcome of outcomes) expect(outcome).toMatchObject({ exitCode: 0 });
  expect(existsSync(providerFolder.replace(pulumiHome, home))).toBe(true);
});

test("The list of verified programs is replaced atomically", async () => {
  const clone = createClone();
  const verified = join(clone, ".dev", "verified.json");
  const opened = join(clone, "opened.json");
  const home = join(clone, "home");
  symlinkSync(pulumiHome, home);
  await runTwice(clone, ["version"]);
  linkSync(verified, opened);
  const before = readFileSync(opened, "utf8");
  await runTwice(clone, ["version"], { PULUMI_HOME: home });
  expect(readFileSync(verified, "utf8")).toContain(home);
  expect(readFileSync(opened, "utf8")).toBe(before);
});
