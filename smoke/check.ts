import type { MissingGrant } from "../kafka/acl-command.ts";
import type { FailedConnection } from "../kafka/failure.ts";
import type { SmokeCode, SmokeFinding } from "./finding.ts";

/**
 * The groups of checks, in this order: the topic's definition, its replicas, and a record to each partition and back.
 */
export const checkGroups = ["definition", "replicas", "records"] as const;
export type CheckGroup = (typeof checkGroups)[number];

export type CheckVerdict = "passed" | "warning" | "failed";

/** What a check finds out about one topic. */
export type CheckOutcome = {
  readonly group: CheckGroup;
  /** The check's name, or `config retention.ms` if the check covers several configs. */
  readonly name: string;
  readonly expected: string;
  readonly observed: string;
  readonly verdict: CheckVerdict;
  /** Absent if the check passed. */
  readonly finding?: SmokeFinding;
  /** What to grant, if rights are missing. */
  readonly grants?: readonly MissingGrant[];
  /** The connections whose failure is the cause, each once. */
  readonly connections?: readonly FailedConnection[];
};

/** A check of the suite. Each has its own file in `checks/`. */
export type CheckDefinition<Input> = {
  readonly group: CheckGroup;
  readonly name: string;
  /** What is true of a topic that passes. */
  readonly proves: string;
  /** The codes of its findings. */
  readonly codes: readonly SmokeCode[];
  /** @returns an empty array if there is nothing to check */
  readonly run: (input: Input) => CheckOutcome[];
};

/** `failed` if any check failed, else `warning` if any check is a warning. */
export function worst(checks: readonly { readonly verdict: CheckVerdict }[]): CheckVerdict {
  if (checks.some(({ verdict }) => verdict === "failed")) return "failed";
  return checks.some(({ verdict }) => verdict === "warning") ? "warning" : "passed";
}
