import { explain } from "../kafka/describe-failure.ts";
import type { CheckOutcome } from "./check.ts";
import { configs } from "./checks/configs.ts";
import { inSyncReplicas } from "./checks/in-sync-replicas.ts";
import { leaders } from "./checks/leaders.ts";
import { partitionCount } from "./checks/partition-count.ts";
import { recordsConsumed } from "./checks/records-consumed.ts";
import { recordsProduced } from "./checks/records-produced.ts";
import { replicationFactor } from "./checks/replication-factor.ts";
import { tombstones } from "./checks/tombstones.ts";
import { topicExists } from "./checks/topic-exists.ts";
import type { ObservedRecords, ObservedTopic } from "./observed.ts";

/** What is checked of every topic, in this order. */
export const topicChecks = [
  topicExists,
  partitionCount,
  replicationFactor,
  configs,
  leaders,
  inSyncReplicas,
] as const;

/** What is checked of every topic that records were sent to, in this order. */
export const recordChecks = [recordsProduced, recordsConsumed, tombstones] as const;

/** Checks a topic's definition and replicas. */
export function checkTopic(observed: ObservedTopic): CheckOutcome[] {
  return topicChecks.flatMap((check) => check.run(observed));
}

/** Checks what became of a topic's records. */
export function checkRecords(observed: ObservedRecords): CheckOutcome[] {
  return recordChecks.flatMap((check) => check.run(observed));
}

/** Words an error of a client for a principal. */
export function explainFor(principal: string, clockAheadMs?: number): ObservedRecords["explain"] {
  return (error, permission) =>
    explain(error, { principal, clockAheadMs, ...(permission !== undefined && { permission }) });
}
