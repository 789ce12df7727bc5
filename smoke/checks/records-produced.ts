import { countOf } from "../../kafka/describe-value.ts";
import type { CheckDefinition, CheckOutcome } from "../check.ts";
import { collectConnections } from "../connections.ts";
import type { SmokeFinding } from "../finding.ts";
import { describeOnTopic, withRefused } from "../missing-rights.ts";
import type { ObservedRecords } from "../observed.ts";

const [group, name] = ["records", "written"] as const;

export const recordsProduced: CheckDefinition<ObservedRecords> = {
  group,
  name,
  proves: "All in-sync replicas of each partition acknowledged its record.",
  codes: ["RECORDS_REFUSED", "RECORDS_NOT_TRIED", "RECORDS_NOT_JSON", "SAMPLE_TOO_LARGE"],
  run: ({ partitions, written: { sent, errors }, explain, missing, findGrants }) => {
    const expected = countOf(partitions.length, "record");
    if (errors.size === 0) return [{ group, name, expected, observed: expected, verdict: "passed" }];
    const operations = withRefused("WRITE", missing);
    const permission = describeOnTopic(operations);
    const byReason = Map.groupBy([...errors], ([, error]) => explain(error, permission));
    const grants = [...errors.values()]
      .map((error) => findGrants(error, operations))
      .find(({ length }) => length > 0);
    const observed = [...byReason].map(([reason, own]) =>
      own.length === partitions.length
        ? { reason }
        : { reason, partitions: own.map(([partition]) => partition) },
    );
    return [
      {
        group,
        name,
        expected,
        observed: sent.length === 0 ? "refused" : countOf(sent.length, "record"),
        verdict: "failed",
        finding: { code: "RECORDS_REFUSED", observed },
        ...(grants && { grants }),
        ...collectConnections(errors.values()),
      },
    ];
  },
};

/** The outcome if a finding prevents a topic's records from being sent at all. */
export function reportNotTried(partitions: number, finding: SmokeFinding): CheckOutcome {
  const expected = countOf(partitions, "record");
  return { group, name, expected, observed: "not tried", verdict: "failed", finding };
}
