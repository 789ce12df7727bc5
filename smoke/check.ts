import type { SmokeCode, SmokeFinding } from "./finding.ts";

/** What is looked at, in this order: the topic as deployed, its replicas, a record to each partition and back. */
export const checkGroups = ["definition", "replicas", "records"] as const;
export type CheckGroup = (typeof checkGroups)[number];

export type CheckVerdict = "passed" | "warning" | "failed";

/** What a check found out about one topic. */
export type CheckOutcome = {
  readonly group: CheckGroup;
  /** Of the check; `config retention.ms` of a check that looks at several configs. */
  readonly name: string;
  readonly expected: string;
  readonly observed: string;
  readonly verdict: CheckVerdict;
  /** Unless it passed. */
  readonly finding?: SmokeFinding;
};

/** A check of the suite: each is a file of `checks/`. */
export type CheckDefinition<Input> = {
  readonly group: CheckGroup;
  readonly name: string;
  /** What is true of a topic that passes. */
  readonly proves: string;
  /** Of its findings. */
  readonly codes: readonly SmokeCode[];
  /** @returns none where there is nothing to check */
  readonly run: (input: Input) => CheckOutcome[];
};

/** `failed` if one check is, else `warning` if one is. */
export function worst(checks: readonly { readonly verdict: CheckVerdict }[]): CheckVerdict {
  if (checks.some(({ verdict }) => verdict === "failed")) return "failed";
  return checks.some(({ verdict }) => verdict === "warning") ? "warning" : "passed";
}
