/** The risks of changes, worst first; a weakened connection protects records and credentials less than before. */
export const risks = ["data loss", "weakened", "caution", "safe"] as const;
export type Risk = (typeof risks)[number];
