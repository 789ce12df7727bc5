import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sendSignal } from "../machine/processes.ts";
import type { Workspace } from "./workspace.ts";

/** Kills the engine, whose process id is in its lock; there is no lock once the update has ended. */
export function killEngine(workspace: Workspace): void {
  const [lock] = globSync(".pulumi/locks/**/*.json", { cwd: join(workspace.folder, "state") });
  if (lock)
    sendSignal(JSON.parse(readFileSync(join(workspace.folder, "state", lock), "utf8")).pid, "SIGKILL");
}
