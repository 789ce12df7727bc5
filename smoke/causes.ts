import { generalize, groupTopics } from "../kafka/topic-groups.ts";
import type { Check, TopicResult } from "./result.ts";

/** A check that did not pass, for one topic or for all topics with the same cause. */
export type Cause = {
  /** The topic's name, or for several topics `205 topics: a, b, c and 202 others`. */
  readonly topics: string;
  readonly name: string;
  readonly verdict: Check["verdict"];
  readonly cause: string;
};

/**
 * Collects why checks did not pass. A cause that many topics share is reported once.
 * @param isVerbose reports each topic separately
 */
export function collectCauses(topics: readonly TopicResult[], isVerbose: boolean): Cause[] {
  const all = topics.flatMap(({ topic, checks }) =>
    checks
      .filter(({ verdict }) => verdict !== "passed")
      .map(({ name, verdict, code, cause = "" }) => ({ topic, name, verdict, code, cause })),
  );
  return groupTopics(
    all,
    // A cause may name its topic, for example in the permission to grant.
    ({ topic, name, verdict, code, cause }) => [name, verdict, code, generalize(cause, topic)],
    isVerbose,
  ).map(({ topics, first: { name, verdict, cause }, word }) => ({
    topics,
    name,
    verdict,
    // A broker's message must not begin a line that looks like another cause.
    cause: word(cause).replace(/[\r\n]+/g, " "),
  }));
}
