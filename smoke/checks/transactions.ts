import { countOf } from "../../kafka/describe-value.ts";
import type { CheckDefinition, CheckOutcome } from "../check.ts";
import type { SmokeFinding } from "../finding.ts";
import { longMs } from "../long-transactions.ts";
import type { ObservedRecords } from "../observed.ts";

const [group, name, expected] = ["records", "transactions", `none open for ${longMs / 1000} s`] as const;

export const transactions: CheckDefinition<ObservedRecords> = {
  group,
  name,
  proves: `No transaction on the topic has been open for ${longMs / 1000} s.`,
  codes: ["TRANSACTION_OPEN", "TRANSACTIONS_UNKNOWN"],
  run: ({ transactions }) => {
    if (!transactions) return [];
    const { long, unknown } = transactions;
    const check = { group, name, expected } as const;
    if (long.length === 0 && unknown.length === 0)
      return [{ ...check, observed: expected, verdict: "passed" }];
    const warn = (observed: string, finding: SmokeFinding): CheckOutcome => {
      return { ...check, observed, verdict: "warning", finding };
    };
    const partitions = [...new Set(long.flatMap((one) => one.partitions))].sort((a, b) => a - b);
    return [
      ...(long.length > 0
        ? [
            warn(countOf(long.length, "transaction"), {
              code: "TRANSACTION_OPEN",
              partitions,
              observed: long,
            }),
          ]
        : []),
      ...(unknown.length > 0 ? [warn("unknown", { code: "TRANSACTIONS_UNKNOWN", partitions: unknown })] : []),
    ];
  },
};
