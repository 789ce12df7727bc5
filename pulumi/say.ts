/** Prints a line for the user on standard error; standard output is for the command's results. */
export function say(line: string): void {
  // Overwrites a progress line.
  process.stderr.write(`${process.stderr.isTTY ? "\r\x1b[K" : ""}${line}\n`);
}
