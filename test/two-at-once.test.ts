import {
  cpSync,
  existsSync,
  globSync,
  linkSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
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
  // A pipeline's commands install nothing.
  const person = { CI: undefined, PULUMI_BACKEND_URL: undefined, PULUMI_STACK: undefined };
  const env = { ...process.env, ...person, ...environment };
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

test("The known hash of an engine is replaced atomically", async () => {
  const clone = createClone();
  const home = join(clone, "home");
  for (const folder of [pulumiBin, providerFolder])
    cpSync(folder, folder.replace(pulumiHome, home), { recursive: true });
  const plugin = join(providerFolder.replace(pulumiHome, home), "pulumi-resource-kafka");
  const run = () => runTwice(clone, ["version"], { PULUMI_HOME: home });
  await run();
  const inode = String(statSync(plugin).ino);
  const known = globSync(join(clone, ".dev", "verified", "seen-*")).find((file) =>
    readFileSync(file, "utf8").includes(inode),
  );
  if (!known) throw new Error("The hash was not recorded.");
  const opened = join(clone, "opened");
  linkSync(known, opened);
  const before = readFileSync(opened, "utf8");
  utimesSync(plugin, new Date(), new Date());
  await run();
  expect(readFileSync(known, "utf8")).not.toBe(before);
  expect(readFileSync(opened, "utf8")).toBe(before);
});
