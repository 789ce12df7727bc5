import type { ReportedFinding } from "../../infra/findings-file.ts";
import type { Change } from "./findings.ts";

/** Whether a change covers a warning of the preflight. */
export function isSameFact({ code, topic, key, observed }: ReportedFinding, change: Change): boolean {
  if (change.topic !== topic) return false;
  switch (code) {
    case "DATA_LOSS_REPLACE":
      return change.code === "TOPIC_REPLACED";
    case "CONFIG_CHANGED_BY_HAND":
      return "key" in change && change.key === key;
    case "REPLICATION_FACTOR_DIFFERS":
      return ["REPLICATION_FACTOR_RAISED", "REPLICATION_FACTOR_LOWERED"].includes(change.code);
    case "CONFIG_RESET":
      // With a different observed value, it is a different change.
      return "key" in change && change.key === key && change.observed === observed;
    default:
      return false;
  }
}
