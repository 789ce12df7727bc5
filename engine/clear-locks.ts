import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { projectName } from "../dev/places.ts";
import { describeLock, type Lock } from "./locks.ts";
import { say } from "./mend-state.ts";
import { askPulumi } from "./pulumi.ts";

const lockFile = z.object({
  pid: z.int(),
  username: z.string(),
  hostname: z.string(),
  timestamp: z.string(),
});

/**
 * The locks of a stack.
 * @param folder of the backend
 */
export function readLocks(folder: string, stack: string): Lock[] {
  return globSync(`locks/organization/${projectName}/${stack}/*.json`, { cwd: folder }).flatMap((file) => {
    try {
      const text = readFileSync(join(folder, file), "utf8");
      const { username: user, hostname: host, pid, timestamp } = lockFile.parse(JSON.parse(text));
      // As the engine tells it, in whole seconds.
      return [{ user, host, pid, since: timestamp.replace(/\.\d+/, "") }];
    } catch (error) {
      // It went while the folder was read.
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      // Written to a full disk, say: nobody knows whose it is.
      return [{ user: "somebody", host: "an unknown host", pid: 0, since: "an unknown time" }];
    }
  });
}

/** Takes away the locks of a stack, all of whose processes are gone. */
export async function clearLocks(stack: string, locks: readonly Lock[]): Promise<void> {
  say(`The last run on stack ${stack} was interrupted: ${locks.map(describeLock).join("; ")}.`);
  say("Its process is gone, so its lock is removed.");
  await askPulumi(stack, ["cancel", "--yes"]);
}
