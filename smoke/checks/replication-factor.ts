import { replicationFactorsOf } from "../../kafka/topic.ts";
import type { CheckDefinition } from "../check.ts";
import type { ObservedTopic } from "../observed.ts";

const [group, name] = ["definition", "replication factor"] as const;

export const replicationFactor: CheckDefinition<ObservedTopic> = {
  group,
  name,
  proves: "Every partition has as many replicas as deployed.",
  codes: ["REPLICATION_FACTOR_DIFFERS", "REPLICATION_FACTOR_UNEVEN"],
  run: ({ spec, live, differences }) => {
    if (!live) return [];
    const finding = differences.find(
      ({ code }) => code === "REPLICATION_FACTOR_DIFFERS" || code === "REPLICATION_FACTOR_UNEVEN",
    );
    const expected = String(spec.replicationFactor);
    const observed = replicationFactorsOf(live).join(" and ");
    return [
      {
        group,
        name,
        expected,
        observed,
        ...(finding ? { verdict: "failed", finding } : { verdict: "passed" }),
      },
    ];
  },
};
