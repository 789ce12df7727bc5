import { explainUnmatched, isGlob, selectTopics } from "../kafka/topic-selection.ts";

/** Flags of the commands that select topics. */
export const selectionOptions = {
  topic: { type: "string", multiple: true },
  exclude: { type: "string", multiple: true },
} as const;

/** Regular expressions of flags of the last version: they match any part of a topic's name. */
export type ReplacedPatterns = {
  readonly include?: string | undefined;
  readonly exclude?: string | undefined;
};

/** Flags that select no topic, because none of their globs matches. */
export class SelectionError extends Error {
  override readonly name = "SelectionError";
}

/** Which topics a command is about. */
export type Selection = {
  readonly isSelected: (topic: string) => boolean;
  /** Reports each glob that matches none of the topics that there are. */
  readonly reportUnmatched: (names: readonly string[]) => void;
  /**
   * As `reportUnmatched`.
   * @throws SelectionError when the selected topics are none for that reason
   */
  readonly checkGlobs: (names: readonly string[]) => void;
};

/**
 * Reads which topics the flags of a command select. An `--exclude` that can only be a regular expression, as in the last
 * version, still works as one and says so.
 * @throws Error when a pattern cannot be read
 */
export function readSelection(
  { topic, exclude = [] }: { readonly topic?: string[] | undefined; readonly exclude?: string[] | undefined },
  replaced: ReplacedPatterns = {},
): Selection {
  const expressions = exclude.filter((pattern) => !isGlob(pattern));
  for (const expression of expressions)
    process.stderr.write(
      `--exclude ${expression} is a regular expression; this works in this version only. Give a glob, for example 'orders.*'.\n`,
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
    return new RegExp(text);
  } catch {
    throw new Error(
      `${flag}: given ${JSON.stringify(text)}, allowed: a regular expression, '^team\\.' for example`,
    );
  }
}
