import { countOf } from "../../kafka/describe-value.ts";
import type { CheckDefinition } from "../check.ts";
import type { ObservedRecords } from "../observed.ts";

const [group, name] = ["records", "tombstones"] as const;

export const tombstones: CheckDefinition<ObservedRecords> = {
  group,
  name,
  proves: "The keys of the suite's records are marked as deleted on a compacted topic.",
  codes: ["TOMBSTONES_REFUSED"],
  run: ({ written: { sent }, tombstone, explain }) => {
    if (!tombstone) return [];
    const expected = countOf(sent.length, "record");
    const finding = { code: "TOMBSTONES_REFUSED", observed: explain(tombstone) } as const;
    return [{ group, name, expected, observed: "refused", verdict: "warning", finding }];
  },
};
