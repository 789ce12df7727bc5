import { countOf } from "../../kafka/describe-value.ts";
import type { CheckDefinition, CheckOutcome } from "../check.ts";
import type { ObservedDryRun } from "../observed.ts";
import { explainErrors, reportNotTried } from "./records-produced.ts";

const [group, name] = ["records", "dry write"] as const;

export const dryWrites: CheckDefinition<ObservedDryRun> = {
  group,
  name,
  proves: "The leader of each partition rejected a record only because of its wrong checksum.",
  codes: ["RECORDS_REFUSED", "RECORDS_NOT_TRIED", "DRY_WRITE_APPENDED"],
  run: ({ refused, appended, isStopped, ...context }): CheckOutcome[] => {
    const expected = countOf(context.partitions.length, "partition");
    const failed = { group, name, expected, verdict: "failed" } as const;
    if (appended.length > 0) {
      const finding = { code: "DRY_WRITE_APPENDED", observed: appended } as const;
      return [{ ...failed, observed: "appended", finding }];
    }
    if (isStopped)
      return [reportNotTried(expected, { code: "RECORDS_NOT_TRIED", observed: "appended" }, { group, name })];
    if (refused.size === 0) return [{ group, name, expected, observed: expected, verdict: "passed" }];
    const proven = context.partitions.length - refused.size;
    const { observed, ...cause } = explainErrors(refused, "WRITE", context);
    return [
      {
        ...failed,
        observed: proven === 0 ? "refused" : countOf(proven, "partition"),
        finding: { code: "RECORDS_REFUSED", observed },
        ...cause,
      },
    ];
  },
};
