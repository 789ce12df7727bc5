import { cpSync, existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { localFolder, root } from "../machine/paths.ts";

const directories = ["dev", "github", "infra", "kafka", "machine", "ops", "pulumi", "smoke"];
const files = ["Pulumi.yaml", "Pulumi.dev.yaml", "package.json", "package-lock.json"];

/** Copies the repository without its tests into an existing folder; the copy shares this one's packages and engine. */
export function copyProgram(folder: string): void {
  for (const name of [...directories, ...files])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  // The hashes of what this clone has built, without which the copy would build it again.
  const verified = join(localFolder, "verified");
  if (existsSync(verified)) cpSync(verified, join(folder, ".dev", "verified"), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
}
