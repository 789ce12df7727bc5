import { explainUnmatched, isGlob, selectTopics } from "../kafka/topic-selection.ts";

/** Flags of the commands that select topics. */
export const selectionOptions = {
  topic: { type: "string", multiple: true },
  exclude: { type: "string", multiple: true },
} as const;

/** Regular expressions from deprecated flags: they match any part of a topic's name. */
export type ReplacedPatterns = {
  readonly include?: string | undefined;
  readonly exclude?: string | undefined;
};

/** The error if the flags select no topic because none of their globs matches. */
export class SelectionError extends Error {
  override readonly name = "SelectionError";
}

/** The topics that a command selects. */
export type Selection = {
  readonly isSelected: (topic: string) => boolean;
  /** Reports each glob that matches none of these topics. */
  readonly reportUnmatched: (names: readonly string[]) => void;
  /**
   * Reports the same as `reportUnmatched`.
   * @throws SelectionError if that leaves no topic selected
   */
  readonly checkGlobs: (names: readonly string[]) => void;
};

/**
 * Reads the flags that select topics. An `--exclude` that is not a glob still works as a regular expression, which is
 * deprecated, and prints a warning.
 * @throws Error if a pattern is invalid
 */
export function readSelection(
  { topic, exclude = [] }: { readonly topic?: string[] | undefined; readonly exclude?: string[] | undefined },
  replaced: ReplacedPatterns = {},
): Selection {
  const expressions = exclude.filter((pattern) => !isGlob(pattern));
  for (const expression of expressions)
    process.stderr.write(
      `--exclude ${expression} is a regular expression; this is the last version that accepts it. Use a glob, for example 'orders.*'.\n`,
    );
  const globs = { topic, exclude: exclude.filter(isGlob) };
  const byGlob = selectTopics(globs);
  const included = parseExpression("--include", replaced.include);
  const excluded = [
    ...expressions.map((expression) => parseExpression("--exclude", expression)),
    parseExpression("--ignore", replaced.exclude),
  ];
  const reportUnmatched = (names: readonly string[]) => {
    for (const line of explainUnmatched(globs, names)) process.stderr.write(`${line}\n`);
  };
  return {
    isSelected: (name) =>
      byGlob(name) &&
      (included?.test(name) ?? true) &&
      !excluded.some((expression) => expression?.test(name)),
    reportUnmatched,
    checkGlobs: (names) => {
      const unmatched = explainUnmatched(globs, names);
      if (unmatched.length > 0 && topic && !names.some(byGlob))
        throw new SelectionError(unmatched.join("\n"));
      reportUnmatched(names);
    },
  };
}

function parseExpression(flag: string, text: string | undefined): RegExp | undefined {
  if (text === undefined) return undefined;
  try {
    // An empty one, for example from an unset variable, would match all topics.
    if (text !== "") return new RegExp(text);
  } catch {
    // Refused like an empty one.
  }
  throw new Error(
    `${flag}: given ${JSON.stringify(text)}, allowed: a regular expression, for example '^team\\.'`,
  );
}
