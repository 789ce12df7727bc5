import { spawn } from "node:child_process";
import { constants } from "node:os";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { forwardSignals } from "../forward-signals.mjs";
import { root } from "../paths.ts";
import { hideSecrets, maskSecrets } from "../secrets.ts";
import { toolEnvironment } from "../tool-environment.mjs";
import { showInvisible } from "../visible-text.ts";

/** A program did not exit with 0; the message contains the last lines it printed. */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly exitCode: number | null;
  readonly said: string;
  /** Its whole standard output; empty if that contains secrets. */
  readonly stdout: string;

  constructor(command: string, exitCode: number | null, lines: readonly string[], stdout: string) {
    // Before it becomes part of a table, in which a secret may be broken into two lines.
    const said = maskSecrets(lines.join("\n"));
    super(`${command} ended with ${exitCode ?? "a signal"}:\n${said}`);
    this.exitCode = exitCode;
    this.said = said;
    this.stdout = stdout;
  }
}

type OnStart = (pid: number) => (exitCode: number | null) => void;

/** Restricts the files that a program creates to this user, as their umask. */
export const privateFiles = 0o077;

/**
 * Runs a program to its end and returns its standard output.
 * @param options.env variables in addition to those that every tool gets, which contain no secrets
 * @param options.umask for the files that it creates
 * @param options.secretsIn its standard output contains secrets, which this function finds in it: they are hidden from now
 *   on, and an error contains nothing of the output
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
    umask?: number;
    secretsIn?: (stdout: string) => readonly string[];
    onLine?: (line: string) => void;
    input?: string | Promise<string>;
    signal?: AbortSignal;
    detached?: boolean;
    onStart?: OnStart;
  } = {},
): Promise<string> {
  const { cwd, signal, detached, umask, secretsIn } = options;
  const env = { ...toolEnvironment(), ...options.env };
  const child = withUmask(umask, () =>
    spawn(program, args, { cwd, env, signal, detached, stdio: ["pipe", "pipe", "pipe"] }),
  );
  const onEnd = child.pid === undefined ? undefined : options.onStart?.(child.pid);
  // A program that exits without reading its input reports the reason itself.
  child.stdin.on("error", () => {});
  Promise.resolve(options.input).then((input) => child.stdin.end(input));
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  const lastLines: string[] = [];
  for (const stream of secretsIn ? [child.stderr] : [child.stdout, child.stderr]) {
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
      if (secretsIn) hideSecrets(secretsIn(stdout));
      if (code === 0) return resolve(stdout);
      const said = lastLines.map(showInvisible);
      reject(new ToolError(`${program} ${args[0] ?? ""}`, code, said, secretsIn ? "" : stdout));
    });
  });
}

/**
 * Runs a program in the foreground, forwards the signals that it would miss, and returns its exit code.
 * @param env its whole environment; by default that of every tool
 * @param umask for the files that it creates
 * @param isData whether its standard output is data, which is passed on as it is: only text is masked and filtered
 * @param endWith the signal that ends it gracefully, sent instead of the received one
 * @param onErrorLine is called with each line of standard error, which is then not shown
 * @param onStart as for `runTool`
 */
export async function runInFront(
  program: string,
  args: readonly string[],
  {
    env = toolEnvironment(),
    umask,
    isData = false,
    endWith,
    onErrorLine,
    onStart,
  }: {
    env?: NodeJS.ProcessEnv;
    umask?: number;
    isData?: boolean;
    endWith?: NodeJS.Signals;
    onErrorLine?: (line: string) => void;
    onStart?: OnStart;
  } = {},
): Promise<number> {
  // If the reader of a pipe is gone, writing would kill the program while it works, so this process writes instead.
  const stdout = process.stdout.isTTY ? "inherit" : "pipe";
  const stderr = onErrorLine ? "pipe" : "inherit";
  const child = withUmask(umask, () =>
    spawn(program, args, { cwd: root, env, stdio: ["inherit", stdout, stderr] }),
  );
  const onChildEnd = child.pid === undefined ? undefined : onStart?.(child.pid);
  if (child.stdout && isData) child.stdout.on("data", (chunk: Buffer) => process.stdout.write(chunk));
  else if (child.stdout) passOn(child.stdout);
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

/** Starts a program with an umask, which a new process takes over from this one. */
function withUmask<Child>(umask: number | undefined, start: () => Child): Child {
  if (umask === undefined) return start();
  const own = process.umask(umask);
  try {
    return start();
  } finally {
    process.umask(own);
  }
}

/**
 * Passes text on to standard output in whole lines, so that no secret is divided between two writes. The engine asks
 * questions, which have no line end, only in a terminal.
 */
function passOn(text: Readable): void {
  let rest = "";
  text.setEncoding("utf8").on("data", (chunk: string) => {
    const end = chunk.lastIndexOf("\n") + 1;
    if (end > 0) process.stdout.write(rest + chunk.slice(0, end));
    rest = end > 0 ? chunk.slice(end) : rest + chunk;
  });
  text.on("end", () => process.stdout.write(rest));
}
