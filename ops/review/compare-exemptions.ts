import type { SettingChange } from "./setting-change.ts";
import { readTopicOutputs } from "./topic-outputs.ts";

/**
 * Compares from which limits topics are exempt.
 * @param before the stack's outputs of the last deployment, undefined before the first one
 * @param after the outputs of the program; a topic that they lack has no exemption that changes
 */
export function compareExemptions(before: unknown, after: unknown): SettingChange[] {
  const topics = readTopicOutputs(after);
  const kept = [...readTopicOutputs(before)].filter(([topic]) => topics.has(topic));
  const [old, now] = [readExemptions(new Map(kept)), readExemptions(topics)];
  return [...new Map([...old, ...now])].flatMap(([key, { topic, limit }]): SettingChange[] => {
    const [observed, expected] = [old.get(key)?.reason, now.get(key)?.reason];
    if (observed === expected) return [];
    const owner = topics.get(topic)?.owner;
    return [
      {
        key,
        topic,
        ...(owner !== undefined && { owner }),
        limit,
        ...(expected === undefined
          ? { risk: "safe", code: "TOPIC_EXEMPTION_REMOVED" }
          : { risk: "caution", code: "TOPIC_EXEMPTED", expected }),
        ...(observed !== undefined && { observed }),
      },
    ];
  });
}

/** Returns the exemptions by key: `orders.exempt.maxPartitions`. */
function readExemptions(topics: ReturnType<typeof readTopicOutputs>) {
  return new Map(
    [...topics].flatMap(([topic, { exempt = {} }]) =>
      Object.entries(exempt).map(
        ([limit, reason]) => [`${topic}.exempt.${limit}`, { topic, limit, reason }] as const,
      ),
    ),
  );
}
