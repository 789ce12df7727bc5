/** What a change may cost: nothing, attention, or records. */
export type Risk = "records lost" | "care" | "safe";

/** One thing that an update would do to one topic, or to another resource of the stack. */
export type Change = {
  /** The topic's name, or the other resource's type and name. */
  readonly topic: string;
  /** The engine's word for the step that it belongs to. */
  readonly op: string;
  readonly risk: Risk;
  /** What it is and what it means, in words. */
  readonly what: string;
  /** About how many records the topic holds, where any may be lost and the cluster told. */
  readonly records?: number;
};

/** What `npm run review` found out; `--json` writes it as it is. */
export type Review = {
  readonly version: 1;
  readonly stack: string;
  /** The worst of the changes; "failed" when the preview failed and an update would too. */
  readonly verdict: Risk | "failed";
  /** Worst first, then by topic. */
  readonly changes: readonly Change[];
  /** Topics that would lose records, and whether that was allowed. */
  readonly losses: readonly { readonly topic: string; readonly allowed: boolean }[];
  /** Why an update would fail. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
};
