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
  for (const glob of topic) requireGlob("--topic", glob);
  for (const glob of exclude) requireGlob("--exclude", glob);
  return (name) =>
    (topic.length === 0 || topic.some((glob) => matches(glob, name))) &&
    !exclude.some((glob) => matches(glob, name));
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
      .filter((glob) => !names.some((name) => matches(glob, name)))
      .map((glob) => `${flag} ${glob}: matches none of the ${countOf(names.length, "topic")}.`);
  return [...explain("--topic", topic), ...explain("--exclude", exclude)];
}

/** Whether a pattern is a glob of topic names. */
export function isGlob(pattern: string): boolean {
  return globCharacters.test(pattern);
}

function requireGlob(flag: string, glob: string): void {
  if (isGlob(glob)) return;
  throw new Error(
    `${flag}: given ${JSON.stringify(glob)}, allowed: a topic name; * stands for any characters, ? for one character`,
  );
}

/** Whether a name matches a glob. A regular expression with several `.*` would take exponential time. */
function matches(glob: string, name: string): boolean {
  let [inGlob, inName, afterStar, retryInName] = [0, 0, 0, 0];
  while (inName < name.length) {
    if (glob[inGlob] === "*") {
      inGlob += 1;
      [afterStar, retryInName] = [inGlob, inName];
    } else if (glob[inGlob] === "?" || glob[inGlob] === name[inName]) {
      inGlob += 1;
      inName += 1;
    } else if (afterStar > 0) {
      // The last star stands for one more character; what the stars before it stand for need not change.
      retryInName += 1;
      [inGlob, inName] = [afterStar, retryInName];
    } else return false;
  }
  return /^\**$/.test(glob.slice(inGlob));
}
