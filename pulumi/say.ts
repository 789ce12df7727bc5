import { own } from "../machine/terminal.ts";

/** Prints a line for the user on standard error; standard output is for the command's results. */
export function say(line: string): void {
  // Overwrites a progress line.
  process.stderr.write(`${process.stderr.isTTY ? own("\r\x1b[K") : ""}${line}\n`);
}
