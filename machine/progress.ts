import { own } from "./terminal.ts";

/** Shows a line that the next one overwrites, only in a terminal. */
export function showProgress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${own("\r\x1b[K")}${line}`);
}
