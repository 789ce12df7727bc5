import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { pulumiBin, pulumiHome, root } from "../machine/paths.ts";
import { Workspace } from "./workspace.ts";

/** A Node of the system that cannot run TypeScript, as on a laptop. */
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

/** Runs the CLI itself, as a person does who has it on the PATH. */
async function runBareCli(workspace: Workspace, nodeFolder: string, commands: string) {
  workspace.environment = {
    PULUMI_HOME: pulumiHome,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PATH: [pulumiBin, nodeFolder, "/usr/bin", "/bin"].join(delimiter),
  };
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

const oldNode = findOldNode();

test.skipIf(!oldNode)("With an older Node the bare CLI ends with one line that says what to do", async () => {
  await using workspace = new Workspace(topics);
  await workspace.createStack();
  const { exitCode, stdout } = await runBareCli(workspace, oldNode ?? "", "pulumi preview");
  expect(exitCode).not.toBe(0);
  expect(stdout).toMatch(
    /error: Node \d+\.\d+\.\d+ cannot run this program: it takes Node 22\.18 or later\. Use npm run/,
  );
  expect(stdout).not.toMatch(/ERR_UNKNOWN_FILE_EXTENSION|^\s+at /m);
});
