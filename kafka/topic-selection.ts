import { countOf } from "./describe-value.ts";

/** Which topics a command is about: `--topic GLOB` and `--exclude GLOB`, each given any number of times. */
export type TopicSelection = {
  /** Absent or empty: all topics. */
  readonly topic?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
};

/** Characters of a topic's name, and `*` for any number of them, `?` for one. */
const globCharacters = /^[a-zA-Z0-9._*?-]+$/;

/**
 * Makes a predicate of a selection: a topic is selected if it matches a `topic` glob and no `exclude` glob.
 * @throws Error when a glob holds a character that no topic's name has
 */
export function selectTopics({ topic = [], exclude = [] }: TopicSelection): (name: string) => boolean {
  const included = topic.map((glob) => toRegExp("--topic", glob));
  const excluded = exclude.map((glob) => toRegExp("--exclude", glob));
  return (name) =>
    (included.length === 0 || included.some((pattern) => pattern.test(name))) &&
    !excluded.some((pattern) => pattern.test(name));
}

/**
 * Names the globs of a selection that match nothing, which are misspelt more often than meant.
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
      `${flag}: given ${JSON.stringify(glob)}, allowed: a topic's name, in which * stands for any characters and ? for one`,
    );
  }
  const source = glob.replaceAll(".", "\\.").replaceAll("*", ".*").replaceAll("?", ".");
  return new RegExp(`^${source}$`);
}
