import type { ReportedFinding } from "../../infra/findings-file.ts";
import type { Change } from "./findings.ts";

/** Whether a change says what a warning of the preflight says, and what it may cost. */
export function isSameFact({ code, topic, key, observed }: ReportedFinding, change: Change): boolean {
  if (change.topic !== topic) return false;
  switch (code) {
    case "DATA_LOSS_REPLACE":
      return change.code === "TOPIC_REPLACED";
    case "CONFIG_RESET":
      // Without the cluster's value it is another change.
      return "key" in change && change.key === key && change.observed === observed;
    default:
      return false;
  }
}
