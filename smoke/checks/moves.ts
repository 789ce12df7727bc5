import { findMoving } from "../../kafka/moving-topics.ts";
import type { CheckDefinition } from "../check.ts";
import { type ObservedTopic, partitionsOf } from "../observed.ts";

const [group, name] = ["replicas", "moves"] as const;

export const moves: CheckDefinition<ObservedTopic> = {
  group,
  name,
  proves: "No partition is moving to other brokers.",
  codes: ["PARTITIONS_MOVING"],
  // Without moves, there is nothing to check: the principal may not be allowed to see them.
  run: ({ live }) =>
    findMoving(live ? [live] : []).map(({ code, observed }) => {
      const finding = { code, partitions: partitionsOf(observed), observed };
      return {
        ...{ group, name, expected: "no moves", observed: `${observed.length} moving` },
        ...{ verdict: "warning", finding },
      };
    }),
};
