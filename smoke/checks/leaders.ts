import type { CheckDefinition } from "../check.ts";
import { findGoneBrokers, type ObservedTopic, partitionsOf } from "../observed.ts";

const [group, name] = ["replicas", "leaders"] as const;
const expected = "a leader for every partition";

export const leaders: CheckDefinition<ObservedTopic> = {
  group,
  name,
  proves: "Every partition has a leader.",
  codes: ["LEADER_MISSING"],
  run: (topic) => {
    if (!topic.live) return [];
    const partitions = partitionsOf(topic.live.partitions.filter(({ leader }) => leader < 0));
    if (partitions.length === 0) return [{ group, name, expected, observed: expected, verdict: "passed" }];
    const finding = { code: "LEADER_MISSING", partitions, brokers: findGoneBrokers(topic) } as const;
    return [{ group, name, expected, observed: `none for ${partitions.length}`, verdict: "failed", finding }];
  },
};
