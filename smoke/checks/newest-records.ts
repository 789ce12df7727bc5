import { countOf } from "../../kafka/describe-value.ts";
import type { CheckDefinition } from "../check.ts";
import type { ObservedDryRun } from "../observed.ts";
import { describeRefusals } from "../wording.ts";
import { explainErrors } from "./records-produced.ts";

const [group, name] = ["records", "newest record"] as const;

export const newestRecords: CheckDefinition<ObservedDryRun> = {
  group,
  name,
  proves: "The newest record of each partition was read, unless the partition is empty.",
  codes: ["RECORDS_NOT_CONSUMED"],
  run: ({ newest, ...context }) => {
    if (newest.size === 0) return [];
    const outcomes = [...newest.values()];
    const empty = outcomes.filter((one) => "offset" in one && one.offset === null).length;
    const errors = new Map(
      [...newest].flatMap(([partition, one]) => (one instanceof Error ? [[partition, one] as const] : [])),
    );
    const check = {
      group,
      name,
      expected: countOf(newest.size - empty, "record"),
      observed: `${countOf(newest.size - empty - errors.size, "record")}${empty > 0 ? `, ${empty} empty` : ""}`,
    };
    if (errors.size === 0) return [{ ...check, verdict: "passed" }];
    const { observed, ...cause } = explainErrors(errors, "READ", context);
    const finding = { code: "RECORDS_NOT_CONSUMED", observed: describeRefusals(observed) } as const;
    return [{ ...check, verdict: "failed", finding, ...cause }];
  },
};
