import { rmSync } from "node:fs";
import { z } from "zod";
import { askPulumi } from "./pulumi.ts";
import { findBrokenState } from "./state-files.ts";

/** The engine's words for a state that it cannot read, whatever is wrong with it. */
const unreadable =
  /failed to load checkpoint|panic: |unsupported checkpoint|cannot unmarshal|missing required 'urn'|unexpected end of JSON/;

/** Whether the engine ended because it could not read a stack's state. */
export function isStateUnreadable(said: string): boolean {
  return unreadable.test(said);
}

/**
 * Mends what a killed run left beside a stack's state, and tells of a state that only a person can mend.
 * @returns whether it is worth another try
 */
export async function mendState(stack: string): Promise<boolean> {
  const { url } = z
    .object({ url: z.string() })
    .parse(JSON.parse(await askPulumi(stack, ["whoami", "--json"])));
  const broken = findBrokenState(url, stack);
  if (!broken) return false;
  if (!broken.reason) {
    // The engine keeps a state's type and checksum there, and makes them anew.
    for (const file of broken.emptyAttributes) rmSync(file);
    say(
      `The last run on stack ${stack} was interrupted and left empty files beside its state: they are removed.`,
    );
    return true;
  }
  say(`The state of stack ${stack} cannot be read: ${broken.file}: ${broken.reason}.`);
  if (broken.backup)
    say(`The newest backup that can: ${broken.backup.file}, of ${broken.backup.from.toISOString()}.`);
  say(
    "The topics are on the cluster, nothing is lost. docs/operations.md tells both ways back: the backup, or an",
  );
  say("empty state that adopts the topics.");
  return false;
}

/** Tells the user a line, and leaves standard output to what was asked for. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
