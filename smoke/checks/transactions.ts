import { countOf } from "../../kafka/describe-value.ts";
import type { CheckDefinition } from "../check.ts";
import { longMs } from "../long-transactions.ts";
import type { ObservedRecords } from "../observed.ts";

const [group, name, expected] = ["records", "transactions", `none open for ${longMs / 1000} s`] as const;

export const transactions: CheckDefinition<ObservedRecords> = {
  group,
  name,
  proves: `No transaction on the topic has been open for ${longMs / 1000} s.`,
  codes: ["TRANSACTION_OPEN"],
  run: ({ transactions }) => {
    if (!transactions) return [];
    if (transactions.length === 0) return [{ group, name, expected, observed: expected, verdict: "passed" }];
    const partitions = [...new Set(transactions.flatMap((one) => one.partitions))].sort((a, b) => a - b);
    const finding = { code: "TRANSACTION_OPEN", partitions, observed: transactions } as const;
    const observed = countOf(transactions.length, "transaction");
    return [{ group, name, expected, observed, verdict: "warning", finding }];
  },
};
