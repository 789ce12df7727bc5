import { countOf } from "./describe-value.ts";

/** Up to this many topics with the same finding are listed one by one. */
const mostListed = 3;

/** Findings that differ only in their topic. */
export type TopicGroup<Finding> = {
  /**
   * The topic's name; for several topics, `205 topics: a, b, c and 202 others`. Followed by who is responsible for them, if
   * that is known: `orders (owner: payments)`.
   */
  readonly topics: string;
  readonly first: Finding;
  /** The names of all topics of the group. */
  readonly names: readonly string[];
  /** Rewrites a text about the first topic for all of them: replaces its name with TOPIC. */
  readonly word: (text: string) => string;
};

/**
 * Reports the same finding about many topics once.
 * @param identify returns the values that are equal if two findings are the same
 * @param isVerbose lists every topic separately
 * @returns the groups, in the order of their first findings
 */
export function groupTopics<Finding extends { readonly topic: string; readonly owner?: string | undefined }>(
  findings: readonly Finding[],
  identify: (finding: Finding) => readonly unknown[],
  isVerbose: boolean,
): TopicGroup<Finding>[] {
  const groups = Map.groupBy(findings, (finding) => JSON.stringify(identify(finding)));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first || isVerbose || group.length <= mostListed)
      return group.map((finding) => ({
        topics: finding.topic + describeOwners([finding]),
        first: finding,
        names: [finding.topic],
        word: (text: string) => text,
      }));
    const names = group.map(({ topic }) => topic);
    const word = (text: string) => generalize(text, first.topic);
    const topics = `${countOf(group.length, "topic")}: ${listFew(names)}${describeOwners(group)}`;
    return [{ topics, first, names, word }];
  });
}

function describeOwners(findings: readonly { readonly owner?: string | undefined }[]): string {
  const owners = [...new Set(findings.flatMap(({ owner }) => owner ?? []))];
  if (owners.length === 0) return "";
  return ` (${owners.length === 1 ? "owner" : "owners"}: ${listFew(owners)})`;
}

/** Replaces a topic's name in a text with TOPIC, but not where it is part of another name. */
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
