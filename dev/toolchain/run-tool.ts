import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A program that did not exit with 0, with the last lines it printed. */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly exitCode: number | null;
  readonly said: string;

  constructor(command: string, exitCode: number | null, said: string) {
    super(`${command} ended with ${exitCode ?? "a signal"}:\n${said}`);
    this.exitCode = exitCode;
    this.said = said;
  }
}

/**
 * Runs a program to its end and gives what it printed on standard output.
 * @param onLine is told each line of standard error as it comes
 * @throws ToolError when it does not exit with 0, Error when it cannot start
 */
export async function runTool(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; onLine?: (line: string) => void } = {},
): Promise<string> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  const lastLines: string[] = [];
  createInterface(child.stderr).on("line", (line) => {
    lastLines.push(line);
    if (lastLines.length > 20) lastLines.shift();
    options.onLine?.(line);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) return resolve(stdout);
      const said = [...lastLines, ...stdout.trim().split("\n").slice(-20)].join("\n").trim();
      reject(new ToolError(`${program} ${args[0] ?? ""}`, code, said));
    });
  });
}
