import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../machine/paths.ts";
import { makeCopy, runProgram, Workspace } from "./workspace.ts";

/** The commands in the first code block of docs/upgrading.md. */
function readCommands(): string[] {
  const [, block = ""] =
    /```\n([\s\S]*?)```/.exec(readFileSync(join(root, "docs/upgrading.md"), "utf8")) ?? [];
  return block.split("\n").flatMap((line) => (line.startsWith("$ ") ? [line.slice(2)] : []));
}

async function run(folder: string, command: string): Promise<void> {
  const author = { GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@example.org" };
  const committer = { GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@example.org" };
  const env = { ...process.env, ...author, ...committer, GIT_CONFIG_GLOBAL: "/dev/null" };
  const outcome = await runProgram("bash", ["-ec", command], { cwd: folder, env });
  expect(outcome, `${command}\n${outcome.stdout}${outcome.stderr}`).toMatchObject({ exitCode: 0 });
}

/** Creates a repository with this version on the branch `main`. */
async function createUpstream(): Promise<string> {
  const folder = makeCopy();
  rmSync(join(folder, "node_modules"));
  cpSync(join(root, ".gitignore"), join(folder, ".gitignore"));
  await run(
    folder,
    "git init --quiet --initial-branch main; git add --all; git commit --quiet -m 'Version 1'",
  );
  return folder;
}

test("A repository with its own topics merges a later version without conflicts, and its preview has no changes", async () => {
  const upstream = await createUpstream();
  // The repository has replaced the sample topics and added a stack file.
  await using workspace = new Workspace({ "upgrade.orders": { partitions: 2, replicationFactor: 1 } });
  try {
    cpSync(join(root, ".gitignore"), join(workspace.folder, ".gitignore"));
    writeFileSync(join(workspace.folder, ".git-exclude"), "state\n");
    await run(
      workspace.folder,
      "git init --quiet --initial-branch main; git config core.excludesFile .git-exclude; " +
        `git fetch --quiet '${upstream}' main; git reset --quiet --soft FETCH_HEAD; ` +
        "git add --all; git commit --quiet -m 'Our topics'",
    );
    expect(await workspace.up()).toMatchObject({ exitCode: 0 });
    await run(workspace.folder, "git add --all; git commit --quiet -m 'Our stack'");

    const program = join(upstream, "infra", "index.ts");
    writeFileSync(
      program,
      `${readFileSync(program, "utf8")}\n/** Of this version. */\nexport const version = 2;\n`,
    );
    await run(upstream, "git commit --quiet --all -m 'Version 2'");

    const commands = readCommands();
    expect(commands).toHaveLength(3);
    for (const command of commands)
      await run(workspace.folder, command.replace(/https:\S+/, `'${upstream}'`));
    expect(readFileSync(join(workspace.folder, "infra", "index.ts"), "utf8")).toContain("version = 2");
    expect(await workspace.run("preview", "--expect-no-changes")).toMatchObject({ exitCode: 0 });
  } finally {
    rmSync(upstream, { recursive: true, force: true });
  }
});
