import type { CheckDefinition } from "../check.ts";
import type { ObservedTopic } from "../observed.ts";

const [group, name] = ["definition", "partitions"] as const;

export const partitionCount: CheckDefinition<ObservedTopic> = {
  group,
  name,
  proves: "The topic has as many partitions as deployed.",
  codes: ["PARTITION_COUNT_DIFFERS"],
  run: ({ spec, live, differences }) => {
    if (!live) return [];
    const finding = differences.find(({ code }) => code === "PARTITION_COUNT_DIFFERS");
    return [
      {
        group,
        name,
        expected: String(spec.partitions),
        observed: String(live.partitions.length),
        ...(finding ? { verdict: "failed", finding } : { verdict: "passed" }),
      },
    ];
  },
};
