import { countOf } from "../../kafka/describe-value.ts";
import type { CheckDefinition } from "../check.ts";
import { collectConnections } from "../connections.ts";
import type { ObservedRecords } from "../observed.ts";

const [group, name] = ["records", "tombstones"] as const;

export const tombstones: CheckDefinition<ObservedRecords> = {
  group,
  name,
  proves: "On a compacted topic, a tombstone follows each record of the suite.",
  codes: ["TOMBSTONES_REFUSED"],
  run: ({ compacted, written: { sent }, tombstone, explain }) => {
    if (!compacted || sent.length === 0) return [];
    const expected = countOf(sent.length, "record");
    if (!tombstone) return [{ group, name, expected, observed: expected, verdict: "passed" }];
    const finding = { code: "TOMBSTONES_REFUSED", observed: explain(tombstone) } as const;
    const outcome = { group, name, expected, observed: "refused", verdict: "warning", finding } as const;
    return [{ ...outcome, ...collectConnections([tombstone]) }];
  },
};
