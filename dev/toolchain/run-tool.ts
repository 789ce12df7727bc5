import { spawn } from "node:child_process";
import { constants } from "node:os";
import { createInterface } from "node:readline";
import { root } from "../places.ts";

/** A program that did not exit with 0, with the last lines it printed. */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly exitCode: number | null;
  readonly said: string;
  /** All that it printed on standard output. */
  readonly stdout: string;

  constructor(command: string, exitCode: number | null, said: string, stdout: string) {
    super(`${command} ended with ${exitCode ?? "a signal"}:\n${said}`);
    this.exitCode = exitCode;
    this.said = said;
    this.stdout = stdout;
  }
}

/**
 * Runs a program to its end and gives what it printed on standard output.
 * @param onLine is told each line that it prints as it comes
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
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (line) => {
      lastLines.push(line);
      if (lastLines.length > 20) lastLines.shift();
      options.onLine?.(line);
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) return resolve(stdout);
      reject(new ToolError(`${program} ${args[0] ?? ""}`, code, lastLines.join("\n"), stdout));
    });
  });
}

/**
 * Runs a program in front of the user, hands on the signals it would miss, and gives its exit code.
 * @param endWith the signal that ends it in good order
 * @param onErrorLine is told each line of standard error, in place of the user
 */
export async function runInFront(
  program: string,
  args: readonly string[],
  {
    env = process.env,
    endWith = "SIGTERM",
    onErrorLine,
  }: { env?: NodeJS.ProcessEnv; endWith?: NodeJS.Signals; onErrorLine?: (line: string) => void } = {},
): Promise<number> {
  const stderr = onErrorLine ? "pipe" : "inherit";
  const child = spawn(program, args, { cwd: root, env, stdio: ["inherit", "inherit", stderr] });
  if (child.stderr && onErrorLine) createInterface(child.stderr).on("line", onErrorLine);
  // A terminal sends its Ctrl-C to every program in front, and a second one means: at once.
  const onInterrupt = () => process.stdin.isTTY || child.kill("SIGINT");
  const onEnd = () => child.kill(endWith);
  process.on("SIGINT", onInterrupt).on("SIGTERM", onEnd).on("SIGHUP", onEnd);
  try {
    return await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  } finally {
    process.off("SIGINT", onInterrupt).off("SIGTERM", onEnd).off("SIGHUP", onEnd);
  }
}
