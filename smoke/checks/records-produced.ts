import type { Operation } from "../../kafka/authorized-operations.ts";
import { countOf } from "../../kafka/describe-value.ts";
import type { CheckDefinition, CheckOutcome } from "../check.ts";
import { collectConnections } from "../connections.ts";
import type { SmokeFinding } from "../finding.ts";
import { describeOnTopic, withRefused } from "../missing-rights.ts";
import type { ObservedRecords, RecordContext } from "../observed.ts";

const [group, name] = ["records", "written"] as const;

export const recordsProduced: CheckDefinition<ObservedRecords> = {
  group,
  name,
  proves: "All in-sync replicas of each partition acknowledged its record.",
  codes: ["RECORDS_REFUSED", "RECORDS_NOT_TRIED", "RECORDS_NOT_JSON", "RECORDS_UNKNOWN", "SAMPLE_TOO_LARGE"],
  run: ({ partitions, written: { sent, errors }, explain, missing, findGrants }) => {
    const expected = countOf(partitions.length, "record");
    if (errors.size === 0) return [{ group, name, expected, observed: expected, verdict: "passed" }];
    const { observed, ...cause } = explainErrors(errors, "WRITE", {
      partitions,
      explain,
      missing,
      findGrants,
    });
    return [
      {
        group,
        name,
        expected,
        observed: sent.length === 0 ? "refused" : countOf(sent.length, "record"),
        verdict: "failed",
        finding: { code: "RECORDS_REFUSED", observed },
        ...cause,
      },
    ];
  },
};

/** Explains the errors of a topic's partitions, grouped by reason, with what to grant and the connections that failed. */
export function explainErrors(
  errors: ReadonlyMap<number, Error>,
  refused: Operation,
  { partitions, explain, missing, findGrants }: RecordContext,
) {
  const operations = withRefused(refused, missing);
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
  return { observed, ...(grants && { grants }), ...collectConnections(errors.values()) };
}

/**
 * The outcome if a finding prevents a topic's records from being sent at all.
 * @param expected `3 records`
 * @param check the check that the finding is the outcome of
 */
export function reportNotTried(
  expected: string,
  finding: SmokeFinding,
  check: Pick<CheckOutcome, "group" | "name"> = { group, name },
): CheckOutcome {
  return { ...check, expected, observed: "not tried", verdict: "failed", finding };
}
