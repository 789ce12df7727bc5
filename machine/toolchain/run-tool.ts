import { spawn } from "node:child_process";
import { constants } from "node:os";
import { createInterface } from "node:readline";
import { forwardSignals } from "../forward-signals.mjs";
import { root } from "../paths.ts";
import { showInvisible } from "../visible-text.ts";

/** A program did not exit with 0; the message contains the last lines it printed. */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly exitCode: number | null;
  readonly said: string;
  /** Its whole standard output. */
  readonly stdout: string;

  constructor(command: string, exitCode: number | null, said: string, stdout: string) {
    super(`${command} ended with ${exitCode ?? "a signal"}:\n${said}`);
    this.exitCode = exitCode;
    this.said = said;
    this.stdout = stdout;
  }
}

type OnStart = (pid: number) => (exitCode: number | null) => void;

/**
 * Runs a program to its end and returns its standard output.
 * @param options.onLine is called with each line that it prints
 * @param options.input its standard input, which may be known only after the program has started
 * @param options.signal kills the program when it is aborted
 * @param options.detached starts the program in a process group of its own, which Ctrl-C does not reach
 * @param options.onStart is called with its process id, and returns a function to call with its exit code, null after a signal
 * @throws ToolError if it does not exit with 0, Error if it cannot start
 */
export async function runTool(
  program: string,
  args: readonly string[],
  options: {
    cwd?: string;
    env?: NodeJS.ProcessEnv;
    onLine?: (line: string) => void;
    input?: string | Promise<string>;
    signal?: AbortSignal;
    detached?: boolean;
    onStart?: OnStart;
  } = {},
): Promise<string> {
  const { cwd, signal, detached } = options;
  const env = { ...process.env, ...options.env };
  const child = spawn(program, args, { cwd, env, signal, detached, stdio: ["pipe", "pipe", "pipe"] });
  const onEnd = child.pid === undefined ? undefined : options.onStart?.(child.pid);
  // A program that exits without reading its input reports the reason itself.
  child.stdin.on("error", () => {});
  Promise.resolve(options.input).then((input) => child.stdin.end(input));
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  const lastLines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (line) => {
      lastLines.push(line);
      if (lastLines.length > 20) lastLines.shift();
      options.onLine?.(showInvisible(line));
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      onEnd?.(code);
      if (code === 0) return resolve(stdout);
      reject(new ToolError(`${program} ${args[0] ?? ""}`, code, showInvisible(lastLines.join("\n")), stdout));
    });
  });
}

/**
 * Runs a program in the foreground, forwards the signals that it would miss, and returns its exit code.
 * @param endWith the signal that ends it gracefully, sent instead of the received one
 * @param onLine is called with each line of standard output, which is then not shown, unless it is a terminal
 * @param onErrorLine is called with each line of standard error, which is then not shown
 * @param onStart as for `runTool`
 */
export async function runInFront(
  program: string,
  args: readonly string[],
  {
    env = process.env,
    endWith,
    onLine,
    onErrorLine,
    onStart,
  }: {
    env?: NodeJS.ProcessEnv;
    endWith?: NodeJS.Signals;
    onLine?: ((line: string) => void) | undefined;
    onErrorLine?: (line: string) => void;
    onStart?: OnStart;
  } = {},
): Promise<number> {
  // If the reader of a pipe is gone, writing would kill the program while it works, so this process writes instead.
  const stdout = process.stdout.isTTY ? "inherit" : "pipe";
  const stderr = onErrorLine ? "pipe" : "inherit";
  const child = spawn(program, args, { cwd: root, env, stdio: ["inherit", stdout, stderr] });
  const onChildEnd = child.pid === undefined ? undefined : onStart?.(child.pid);
  if (child.stdout && onLine) createInterface(child.stdout).on("line", onLine);
  else child.stdout?.on("data", (chunk) => process.stdout.write(chunk));
  if (child.stderr && onErrorLine) createInterface(child.stderr).on("line", onErrorLine);
  const stopForwarding = forwardSignals(child, endWith);
  try {
    return await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => {
        onChildEnd?.(code);
        resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
      });
    });
  } finally {
    stopForwarding();
  }
}
