/**
 * A regular expression from the command line.
 * @throws Error that names the flag
 */
export function parsePattern(flag: string, text: string | undefined): RegExp | undefined {
  if (text === undefined) return undefined;
  try {
    return new RegExp(text);
  } catch {
    throw new Error(`${flag}: given '${text}', allowed: a regular expression, '^team\\.' say`);
  }
}
