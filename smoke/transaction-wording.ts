import { countOf } from "../kafka/describe-value.ts";
import type { LongTransaction } from "./finding.ts";
import { namePartitions } from "./partition-names.ts";

/** How many of many transactions are named. */
const namedTransactions = 3;

export const endTransaction =
  "Until it ends, consumers with isolation.level=read_committed read nothing that was written after it began. Check the " +
  "producer's application. If it no longer runs, find the transaction with kafka-transactions.sh find-hanging, and end it " +
  "with kafka-transactions.sh abort.";

/** Words open transactions, the oldest first, with the next step; few of many. */
export function describeTransactions(transactions: readonly LongTransaction[]): string {
  const others = transactions.length - namedTransactions;
  const open = transactions
    .toSorted((a, b) => timeOf(a) - timeOf(b))
    .slice(0, namedTransactions)
    .map(describeTransaction);
  return `${open.join("; ")}${others > 0 ? `; and ${countOf(others, "other transaction")}` : ""}. ${endTransaction}`;
}

/** In ms since 1970; those without a known time come last. */
function timeOf({ since }: LongTransaction): number {
  return since === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(since);
}

function describeTransaction({ producerId, since, partitions, firstOffsets }: LongTransaction): string {
  if (since !== undefined) {
    const time = since.slice(0, "2026-01-31T09:30:00".length).replace("T", " ");
    return `producer ${producerId} has had a transaction open since ${time} UTC in ${namePartitions(partitions)}`;
  }
  const at = partitions.map((partition, index) => `${partition} (from offset ${firstOffsets[index]})`);
  return `producer ${producerId} has had a transaction open for 10 s or more in ${namePartitions(at)}`;
}
