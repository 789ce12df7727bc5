import { countOf } from "../../kafka/describe-value.ts";
import type { CheckDefinition } from "../check.ts";
import { collectConnections } from "../connections.ts";
import { describeOnTopic, withRefused } from "../missing-rights.ts";
import type { ObservedRecords } from "../observed.ts";

const [group, name] = ["records", "read back"] as const;

export const recordsConsumed: CheckDefinition<ObservedRecords> = {
  group,
  name,
  proves: "A consumer group read each record at its offset, with key, value and headers as sent.",
  codes: ["RECORDS_NOT_AS_SENT", "RECORDS_NOT_CONSUMED"],
  run: ({ written: { sent }, read, explain, missing, findGrants }) => {
    if (sent.length === 0) return [];
    const check = { group, name, expected: countOf(sent.length, "record") };
    if (!read || read instanceof Error) {
      const operations = withRefused("READ", missing);
      const observed = explain(read, describeOnTopic(operations));
      const grants = findGrants(read, operations);
      const finding = { code: "RECORDS_NOT_CONSUMED", observed } as const;
      return [
        { ...check, observed: "none", verdict: "failed", finding, grants, ...collectConnections([read]) },
      ];
    }
    const unread = read.flatMap(({ sent: { partition, offset }, failure }) =>
      failure ? [{ partition, offset, failure }] : [],
    );
    if (unread.length === 0) return [{ ...check, observed: check.expected, verdict: "passed" }];
    const observed = countOf(read.length - unread.length, "record");
    return [
      { ...check, observed, verdict: "failed", finding: { code: "RECORDS_NOT_AS_SENT", observed: unread } },
    ];
  },
};
