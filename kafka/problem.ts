import leven from "leven";
import type { z } from "zod";

/** Codes of what a schema refuses. */
export const inputCodes = ["INVALID_VALUE", "UNKNOWN_KEY"] as const;

/** One value that is refused, with all that it takes to correct it without reading code. */
export type Problem<Code extends string = (typeof inputCodes)[number]> = {
  readonly code: Code;
  /** The topic that it is about, if it is about one. */
  readonly topic?: string;
  /** Where the value was given: a file or a stack's config. */
  readonly place: string;
  /** What it was given for: `orders.partitions`, `kafka:bootstrapServers`. */
  readonly field: string;
  /** Absent where it is not about a value that was given; undefined for a value that is missing. */
  readonly given?: unknown;
  /** What would be right, in words; where nobody can say it, `refused` takes its place. */
  readonly allowed?: string;
  /** Why the value is refused, in the words of whoever refuses it. */
  readonly refused?: string;
};

/**
 * Zod's issues as problems. The schemas put what is allowed into their messages.
 * @param error from a parse with `reportInput: true`
 * @param field names the field of a path, `["partitions"]` say
 */
export function problemsOf(
  error: z.ZodError,
  place: string,
  field: (path: string[]) => string,
  topic?: string,
): Problem[] {
  const about = { ...(topic !== undefined && { topic }), place };
  const problems = error.issues.flatMap((issue): Problem[] => {
    const path = issue.path.map(String);
    if (issue.code !== "unrecognized_keys") {
      const { input: given, message: allowed } = issue;
      return [{ code: "INVALID_VALUE", ...about, field: field(path), given, allowed }];
    }
    const given = new Map(Object.entries(issue.input ?? {}));
    return issue.keys.map((key) => ({
      code: "UNKNOWN_KEY",
      ...about,
      field: field([...path, key]),
      given: given.get(key),
      allowed: `a known key, ${nearest(key, issue.message.split(", "))}`,
    }));
  });
  // A value may break two rules that allow the same.
  return problems.filter(
    (one, at) =>
      at === problems.findIndex(({ field, allowed }) => field === one.field && allowed === one.allowed),
  );
}

/** For `z.strictObject`: says which keys there are, in the form that `problemsOf` reads. */
export function strictKeys(shape: object): { error: (issue: { code: string }) => string } {
  const keys = Object.keys(shape).join(", ");
  return { error: (issue) => (issue.code === "unrecognized_keys" ? keys : "an object") };
}

/** For a name that is none of those known: "perhaps orders" where some are close, else what there is. */
export function nearest(given: string, known: readonly string[]): string {
  const byDistance = known.toSorted((a, b) => leven(given, a) - leven(given, b));
  const close = byDistance.filter((name) => leven(given, name) <= 2 || name.includes(given));
  // More would fill the screen that twenty problems are to share.
  if (close.length > 0) return `perhaps ${close.slice(0, 3).join(" or ")}`;
  if (known.length <= 8) return `one of ${known.join(", ")}`;
  return `one of ${byDistance.slice(0, 3).join(", ")} and ${known.length - 3} others`;
}
