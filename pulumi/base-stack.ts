import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { root, stackConfigPath } from "../machine/paths.ts";
import { runTool, ToolError } from "../machine/toolchain/run-tool.ts";
import { parseStackFile, type StackFile } from "./stack-file.ts";

/** A stack's files. */
export type StackFiles = {
  /** `Pulumi.<stack>.yaml`. */
  readonly stackFile: StackFile;
  /** `Pulumi.yaml`, with the defaults of the stacks' keys. */
  readonly projectFile: StackFile;
};

/** A stack's files in a commit, with which a review compares the working tree. */
export type BaseStack = {
  /** The commit, as the user gave it. */
  readonly ref: string;
  /** Absent if the commit does not contain the file. */
  readonly stackFile?: StackFile;
  readonly projectFile: StackFile;
};

/**
 * Reads a stack's files in a commit.
 * @param ref a commit, branch or tag
 * @param folder the folder of the files, in a repository
 * @throws Error that says what to do if the repository does not have the commit
 */
export async function readBaseStack(ref: string, stack: string, folder = root): Promise<BaseStack> {
  const commit = await findCommit(ref, folder);
  const read = async (file: string) => {
    const text = await readBlob(commit, file, folder);
    return text === undefined ? undefined : parseStackFile(text, `${file} in ${ref}`);
  };
  const [stackFile, projectFile = {}] = [await read(`Pulumi.${stack}.yaml`), await read("Pulumi.yaml")];
  return { ref, projectFile, ...(stackFile && { stackFile }) };
}

/**
 * Reads a stack's files in the working tree.
 * @throws Error if they are invalid
 */
export function readWorkingStack(stack: string): StackFiles {
  const read = (path: string) =>
    existsSync(path) ? parseStackFile(readFileSync(path, "utf8"), basename(path)) : {};
  return { stackFile: read(stackConfigPath(stack)), projectFile: read(join(root, "Pulumi.yaml")) };
}

async function findCommit(ref: string, folder: string): Promise<string> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`];
  // Git has no further option after this one, but a later version of it may.
  const isOption = ref.startsWith("-");
  const commit = isOption ? "" : (await runTool("git", args, { cwd: folder }).catch(isMissing)).trim();
  if (/^[0-9a-f]{40,64}$/.test(commit)) return commit;
  throw new Error(
    `--base: given ${JSON.stringify(ref)}, allowed: a commit, branch or tag that this clone has. In CI, fetch it first: ` +
      "git fetch origin BRANCH, or fetch-depth: 0 for actions/checkout.",
  );
}

/** @returns undefined if the commit does not contain the file */
async function readBlob(commit: string, file: string, cwd: string): Promise<string | undefined> {
  // Both commands take paths from the current folder, which may be below the top of the repository.
  const listed = await runTool("git", ["ls-tree", "--name-only", "-z", commit, "--", file], { cwd });
  return listed === "" ? undefined : runTool("git", ["cat-file", "blob", `${commit}:./${file}`], { cwd });
}

/** `git rev-parse --quiet` exits with 1 if there is no such commit. */
function isMissing(error: Error): string {
  if (error instanceof ToolError && error.exitCode === 1) return "";
  throw error;
}
