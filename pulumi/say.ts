/** Tells the user a line, and leaves standard output to what was asked for. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
