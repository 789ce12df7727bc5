import { countOf } from "./describe-value.ts";

/** The topics that a command selects: `--topic GLOB` and `--exclude GLOB`, which can be repeated. */
export type TopicSelection = {
  /** Absent or empty: all topics. */
  readonly topic?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
};

/** Characters of topic names, `*` for any number of them, and `?` for one. */
const globCharacters = /^[a-zA-Z0-9._*?-]+$/;

/**
 * Converts a selection to a predicate: a topic is selected if it matches a `topic` glob and no `exclude` glob.
 * @throws Error if a glob contains a character that topic names cannot have
 */
export function selectTopics({ topic = [], exclude = [] }: TopicSelection): (name: string) => boolean {
  const included = topic.map((glob) => toRegExp("--topic", glob));
  const excluded = exclude.map((glob) => toRegExp("--exclude", glob));
  return (name) =>
    (included.length === 0 || included.some((pattern) => pattern.test(name))) &&
    !excluded.some((pattern) => pattern.test(name));
}

/**
 * Finds the globs of a selection that match nothing; they are usually misspelt.
 * @returns a line for each: `--topic odrers*: matches none of the 4 topics.`
 */
export function explainUnmatched(
  { topic = [], exclude = [] }: TopicSelection,
  names: readonly string[],
): string[] {
  const explain = (flag: string, globs: readonly string[]) =>
    globs
      .filter((glob) => !names.some((name) => toRegExp(flag, glob).test(name)))
      .map((glob) => `${flag} ${glob}: matches none of the ${countOf(names.length, "topic")}.`);
  return [...explain("--topic", topic), ...explain("--exclude", exclude)];
}

/** Whether a pattern is a glob of topic names. */
export function isGlob(pattern: string): boolean {
  return globCharacters.test(pattern);
}

function toRegExp(flag: string, glob: string): RegExp {
  if (!isGlob(glob)) {
    throw new Error(
      `${flag}: given ${JSON.stringify(glob)}, allowed: a topic name; * stands for any characters, ? for one character`,
    );
  }
  const source = glob.replaceAll(".", "\\.").replaceAll("*", ".*").replaceAll("?", ".");
  return new RegExp(`^${source}$`);
}
