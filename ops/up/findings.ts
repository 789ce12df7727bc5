/** Why `up` does not even preview an update. */
export type UpFinding = {
  /** The catalogue or the stack's config is not what the review has seen. */
  readonly code: "NOT_REVIEWED";
  /** The hash of the review. */
  readonly expected: string;
  /** The hash of what would be deployed. */
  readonly observed: string;
};

/** Every code of `UpFinding`. */
export const upCodes = ["NOT_REVIEWED"] as const satisfies readonly UpFinding["code"][];
