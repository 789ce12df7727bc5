import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { pulumiBin, pulumiHome, root } from "../machine/paths.ts";
import { listOwnProcesses, workingDirectoryOf } from "../machine/processes.ts";
import { listen } from "./listen.ts";
import { topicBegun } from "./mixed-update.ts";
import { Workspace } from "./workspace.ts";

/** A system Node that cannot run TypeScript, as on a laptop. */
function findOldNode(): string | undefined {
  const folders = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes("node_modules"));
  return folders.find((folder) => {
    const node = join(folder, "node");
    if (!existsSync(node)) return false;
    return (
      spawnSync(node, ["-p", "Boolean(process.features.typescript)"], { encoding: "utf8" }).stdout ===
      "false\n"
    );
  });
}

/** The environment of a person who has the CLI on the PATH. */
function environmentWith(nodeFolder: string): NodeJS.ProcessEnv {
  return {
    PULUMI_HOME: pulumiHome,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PATH: [pulumiBin, nodeFolder, "/usr/bin", "/bin"].join(delimiter),
  };
}

/** Runs the CLI directly. */
async function runBareCli(workspace: Workspace, nodeFolder: string, commands: string) {
  workspace.environment = environmentWith(nodeFolder);
  const outcome = await workspace.shell(commands);
  workspace.environment = {};
  return outcome;
}

const pinned = join(root, "node_modules", ".bin");
const topics = { "bare.one": { partitions: 2, replicationFactor: 1 } };

test("The bare CLI previews and deploys with a Node that runs TypeScript", async () => {
  await using workspace = new Workspace(topics);
  await workspace.createStack();
  const up = await runBareCli(workspace, pinned, "pulumi preview; pulumi up --yes --skip-preview");
  expect(up, up.stdout + up.stderr).toMatchObject({ exitCode: 0 });
  const outputs = await workspace.run("pulumi", "stack", "output", "--json");
  expect(JSON.parse(outputs.stdout)).toMatchObject({ topics: { "bare.one": { partitions: 2 } } });
  expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });
});

test("The next command ends the processes that a killed update of the bare CLI left running", async () => {
  const names = Array.from({ length: 40 }, (_, index) => `bare.killed.${index}`);
  const declared = Object.fromEntries(names.map((name) => [name, { partitions: 1, replicationFactor: 1 }]));
  await using workspace = new Workspace(declared);
  await workspace.createStack();
  workspace.environment = environmentWith(pinned);
  const bare = workspace.startShell("exec pulumi up --yes --skip-preview");
  const { printed, ended } = listen(bare);
  await printed(topicBegun);
  bare.kill("SIGKILL");
  const isLeft = () =>
    listOwnProcesses().some(({ pid }) => workingDirectoryOf(pid) === join(workspace.folder, "infra"));
  expect(isLeft()).toBe(true);

  workspace.environment = {};
  expect(await workspace.up()).toMatchObject({ stderr: expect.stringContaining("Stack test is locked by ") });
  expect(isLeft()).toBe(false);
  await ended;
  const cancelled = await workspace.run("pulumi", "cancel", "--yes");
  expect(cancelled, cancelled.stdout + cancelled.stderr).toMatchObject({ exitCode: 0 });
  expect(await workspace.up()).toMatchObject({ exitCode: 0 });
  expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });
});

const oldNode = findOldNode();

test.skipIf(!oldNode)("With an older Node the bare CLI ends with one line that says what to do", async () => {
  await using workspace = new Workspace(topics);
  await workspace.createStack();
  const { exitCode, stdout } = await runBareCli(workspace, oldNode ?? "", "pulumi preview");
  expect(exitCode).not.toBe(0);
  expect(stdout).toMatch(
    /error: Node \d+\.\d+\.\d+ cannot run this program, which needs Node 22\.18 or later\. Use npm run/,
  );
  expect(stdout).not.toMatch(/ERR_UNKNOWN_FILE_EXTENSION|^\s+at /m);
});
