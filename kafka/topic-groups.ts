import { countOf } from "./describe-value.ts";

/** Up to as many topics with the same finding are listed one by one. */
const mostListed = 3;

/** Findings that are the same but for their topic. */
export type TopicGroup<Finding> = {
  /** The topic's name; of several topics `205 topics: a, b, c and 202 others`. */
  readonly topics: string;
  readonly first: Finding;
  /** Words a text about the first topic for all of them: its name becomes TOPIC. */
  readonly word: (text: string) => string;
};

/**
 * Reports the same finding about many topics once.
 * @param identify what has to be equal for two findings to be the same
 * @param isVerbose lists every topic by itself all the same
 * @returns in the order of the first finding of each group
 */
export function groupTopics<Finding extends { readonly topic: string }>(
  findings: readonly Finding[],
  identify: (finding: Finding) => readonly unknown[],
  isVerbose: boolean,
): TopicGroup<Finding>[] {
  const groups = Map.groupBy(findings, (finding) => JSON.stringify(identify(finding)));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first || isVerbose || group.length <= mostListed)
      return group.map((finding) => ({
        topics: finding.topic,
        first: finding,
        word: (text: string) => text,
      }));
    const names = listFew(group.map(({ topic }) => topic));
    const word = (text: string) => generalize(text, first.topic);
    return [{ topics: `${countOf(group.length, "topic")}: ${names}`, first, word }];
  });
}

/** A text with TOPIC in place of a topic's name, and not of a part of another one. */
export function generalize(text: string, topic: string): string {
  if (topic === "") return text;
  const escaped = topic.replace(/\W/g, "\\$&");
  return text.replace(new RegExp(`(?<![\\w.-])${escaped}(?![\\w-]|\\.\\w)`, "g"), "TOPIC");
}

/** `a, b, c and 5 others`. */
export function listFew(names: readonly string[]): string {
  const others = names.length - mostListed;
  return names.slice(0, mostListed).join(", ") + (others > 0 ? ` and ${countOf(others, "other")}` : "");
}
