/** Prints a line for the user on standard error; standard output is for the command's results. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
