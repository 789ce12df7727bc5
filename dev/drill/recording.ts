import type { NewTopic } from "../../kafka/create-request.ts";
import type { BrokerEvent } from "./brokers.ts";
import type { Period } from "./impact.ts";
import type { LeaderChange } from "./leader-watch.ts";
import type { PartitionLedger } from "./ledger.ts";
import type { StepResult } from "./result.ts";
import type { PartitionVerdict } from "./verify.ts";

/** Everything that was observed during a drill. Times are in `performance.now()` milliseconds. */
export type Recording = {
  readonly from: number;
  readonly to: number;
  readonly topics: readonly NewTopic[];
  readonly events: readonly BrokerEvent[];
  /** By `topic:partition`, in chronological order. */
  readonly changes: ReadonlyMap<string, readonly LeaderChange[]>;
  readonly ledgers: readonly PartitionLedger[];
  /** The periods in which no record was sent. */
  readonly pauses: readonly Period[];
  readonly steps: readonly StepResult[];
  /** The verdicts of the last read. */
  readonly verdicts: readonly PartitionVerdict[];
};
