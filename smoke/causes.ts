import type { Check, TopicResult } from "./result.ts";

/** Up to as many topics with the same cause are named one by one. */
const mostNamed = 3;

/** A check that did not pass, for one topic or for all that have the same cause. */
export type Cause = {
  /** The topic's name; of several topics `205 topics: a, b, c and 202 others`. */
  readonly topics: string;
  readonly name: string;
  readonly verdict: Check["verdict"];
  readonly cause: string;
};

/**
 * Collects why checks did not pass. The same cause of many topics is reported once.
 * @param isVerbose reports each topic by itself all the same
 */
export function collectCauses(topics: readonly TopicResult[], isVerbose: boolean): Cause[] {
  const all = topics.flatMap(({ topic, checks }) =>
    checks
      .filter(({ verdict }) => verdict !== "passed")
      .map(({ name, verdict, code, cause = "" }) => ({ topic, name, verdict, code, cause })),
  );
  const groups = Map.groupBy(all, ({ topic, name, verdict, code, cause }) =>
    JSON.stringify([name, verdict, code, cause.replaceAll(topic, "")]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first || isVerbose || group.length <= mostNamed)
      return group.map(({ topic, name, verdict, cause }) => ({ topics: topic, name, verdict, cause }));
    const named = group.slice(0, mostNamed).map(({ topic }) => topic);
    const others = group.length - mostNamed;
    const topics = `${group.length} topics: ${named.join(", ")} and ${others} other${others === 1 ? "" : "s"}`;
    return [{ topics, name: first.name, verdict: first.verdict, cause: first.cause }];
  });
}
