import { root } from "../../machine/paths.ts";
import { runTool } from "../../machine/toolchain/run-tool.ts";

/** What a review takes from a pull request; everything else is code, which it does not run. */
const data = ["infra/topics", "Pulumi.*.yaml"];

/**
 * Finds the files of a merged pull request that are code.
 * @param base a commit that the repository has
 * @param merged the hash of the merged tree, or of its commit
 * @throws Error if the repository does not have it
 */
export async function findChangedCode(base: string, merged: string, folder = root): Promise<string[]> {
  if (!/^[0-9a-f]{40,64}$/.test(merged))
    throw new Error(`--merged: given ${JSON.stringify(merged)}, allowed: the hash of a tree or a commit`);
  const others = data.map((path) => `:(exclude,glob,top)${path}`);
  const range = ["--end-of-options", base, merged, "--", ":(top)", ...others];
  const listed = await runTool("git", ["diff", "--name-only", "--no-renames", "-z", ...range], {
    cwd: folder,
  });
  return listed.split("\0").filter(Boolean);
}
