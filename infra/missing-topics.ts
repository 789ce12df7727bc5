import type { TopicSpec } from "../kafka/topic.ts";
import { isSameShape } from "../kafka/topic-difference.ts";
import type { PreflightError } from "./findings.ts";
import type { Seen } from "./preflight-checks.ts";

/** The topics in the stack's state that are no longer on the cluster. */
export type MissingTopics = {
  /** Of those with which the update would fail. */
  readonly errors: readonly PreflightError[];
  /** Those that the update leaves as they are: the engine does nothing for a topic that the state has as declared. */
  readonly unchanged: readonly string[];
  /** Those that are no longer declared. */
  readonly gone: readonly string[];
};

/**
 * Finds the missing topics. Only the changes of such a topic stop an update, unless the cluster has none of the stack's topics:
 * it may be another cluster.
 * @param declaredNames all declared topics, including those with problems
 */
export function findMissing(
  topics: readonly TopicSpec[],
  declaredNames: readonly string[],
  { cluster, live, managed }: Seen,
): MissingTopics {
  const missing = [...managed.values()].filter(
    ({ name }) => !live.has(name) && !cluster.forbidden.includes(name),
  );
  const report = ({ name }: TopicSpec) => ({ code: "TOPIC_MISSING" as const, topic: name });
  if (missing.length === managed.size) {
    const expected = missing.length;
    const errors =
      expected > 1 ? [{ code: "CLUSTER_WITHOUT_TOPICS" as const, expected }] : missing.map(report);
    return { errors, unchanged: [], gone: [] };
  }
  const declared = new Map(topics.map((topic) => [topic.name, topic]));
  const groups = Map.groupBy(missing, (before) => {
    if (!declaredNames.includes(before.name)) return "gone";
    const topic = declared.get(before.name);
    return topic && !isSameShape(before, topic) ? "changed" : "unchanged";
  });
  const namesOf = (group: "unchanged" | "gone") => groups.get(group)?.map(({ name }) => name) ?? [];
  const errors = groups.get("changed")?.map(report) ?? [];
  return { errors, unchanged: namesOf("unchanged"), gone: namesOf("gone") };
}
