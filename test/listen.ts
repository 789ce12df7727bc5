import type { ChildProcess } from "node:child_process";

/** Collects everything that a command prints until it ends. */
export function listen(child: ChildProcess) {
  let said = "";
  /** Resolves when the command has printed text that matches. */
  const printed = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => pattern.test(said) && resolve();
      child.stdout?.on("data", look);
      child.stderr?.on("data", look);
      child.on("close", () =>
        pattern.test(said) ? resolve() : reject(new Error(`It ended without ${pattern}:\n${said}`)),
      );
    });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text) => {
      said += text;
    });
  }
  const ended = new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? -1)));
  return { printed, ended, said: () => said };
}
