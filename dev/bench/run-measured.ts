import { spawn } from "node:child_process";
import { type PeakMemory, watchMemory } from "./process-memory.ts";

/** What a run of a command cost. */
export type Measured = {
  readonly durationMs: number;
  readonly memory?: PeakMemory | undefined;
  readonly stdout: string;
};

/**
 * Runs a command, and measures it from its start until its streams are closed.
 * @param allowed the exit codes that count as success
 * @throws Error with its last lines of output if it exits with another code
 */
export async function runMeasured(
  program: string,
  args: readonly string[],
  { cwd, env, allowed = [0] }: { cwd: string; env: NodeJS.ProcessEnv; allowed?: readonly number[] },
): Promise<Measured> {
  const start = performance.now();
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const endWatch = child.pid === undefined ? undefined : watchMemory(child.pid);
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const durationMs = performance.now() - start;
      const memory = endWatch?.();
      if (code !== null && allowed.includes(code)) return resolve({ durationMs, memory, stdout });
      const said = `${stdout}\n${stderr}`.trim().split("\n").slice(-20).join("\n");
      reject(new Error(`${program} ${args.join(" ")} ended with ${code ?? "a signal"}:\n${said}`));
    });
  });
}
