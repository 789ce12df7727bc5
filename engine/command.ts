import { join } from "node:path";
import { pulumiBin } from "../dev/places.ts";
import { runInFront } from "../dev/toolchain/run-tool.ts";
import { endOrphans, isAboutLocks, parseLocks } from "./locks.ts";
import { prepare } from "./pulumi.ts";

/**
 * Runs the Pulumi CLI in front of the user and gives its exit code. Where a run that was killed is in the way it is
 * cleared away, and the command runs again; what only a person can decide is told with what to do.
 */
export async function runPulumi(stack: string, args: readonly string[]): Promise<number> {
  const env = await prepare(stack);
  const run = async () => {
    const lines: string[] = [];
    // The engine takes SIGINT as: finish what is under way, write the state, end.
    const exitCode = await runInFront(join(pulumiBin, "pulumi"), args, {
      env,
      endWith: "SIGINT",
      onErrorLine: (line) => {
        lines.push(line);
        if (!isAboutLocks(line)) say(line);
      },
    });
    const said = lines.join("\n");
    // In words that are not known here they are better than none.
    if (parseLocks(said).length === 0) lines.filter(isAboutLocks).forEach(say);
    return { exitCode, said };
  };
  // A killed run may have left both: a state that cannot be read, and behind that a lock.
  for (let left = 3; ; left--) {
    const { exitCode, said } = await run();
    if (exitCode === 0) return 0;
    await endOrphans();
    // Only then: it reads states, and loads what that takes.
    const { clearAway } = await import("./clear-away.ts");
    if (left === 0 || !(await clearAway(stack, said))) return exitCode;
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
