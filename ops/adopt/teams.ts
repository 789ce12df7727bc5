import { type Stack, teamPattern } from "../../infra/stack.ts";

/** How to find the team of a topic. */
export type Division = {
  readonly teams: Stack["teams"];
  /** Matches the team in a name: its first group, or all of the match. */
  readonly split?: RegExp | undefined;
};

/** The directory of topics whose name has no team. */
const noTeam = "other";

/**
 * Finds the team of a topic by its name: what `split` matches, or else one of the stack's teams by its longest prefix, or the
 * part before the first dot.
 * @returns the name of a directory
 */
export function teamOf(name: string, { teams, split }: Division): string {
  if (split) {
    const [whole, group = whole] = split.exec(name) ?? [];
    return toDirectory(group);
  }
  const [own] = [...teams]
    .flatMap(([team, prefixes]) => prefixes.map((prefix) => ({ team, prefix })))
    .filter(({ prefix }) => startsWith(name, prefix))
    .sort((a, b) => b.prefix.length - a.prefix.length);
  return own ? own.team : toDirectory(name.split(".")[0]);
}

function toDirectory(team: string | undefined): string {
  // The program does not read files under node_modules.
  return team && teamPattern.test(team) && team !== "node_modules" ? team : noTeam;
}

/** Whether a name begins with a prefix that ends where a segment does. */
function startsWith(name: string, prefix: string): boolean {
  const next = name.charAt(prefix.length);
  return name.startsWith(prefix) && (next === "" || /[._-]/.test(next) || /[._-]$/.test(prefix));
}

/** @throws Error if it is not a regular expression */
export function parseSplit(text: string | undefined): RegExp | undefined {
  if (text === undefined) return undefined;
  try {
    return new RegExp(text);
  } catch (error) {
    throw new Error(
      `--split: given ${JSON.stringify(text)}, allowed: a regular expression (${String(error)})`,
    );
  }
}
