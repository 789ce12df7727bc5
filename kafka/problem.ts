import leven from "leven";
import type { z } from "zod";

/** Codes of values that a schema refuses. */
export const inputCodes = ["INVALID_VALUE", "UNKNOWN_KEY"] as const;

/** A refused value, with everything that is needed to correct it without reading code. */
export type Problem<Code extends string = (typeof inputCodes)[number]> = {
  readonly code: Code;
  /** The topic, if the problem is about one. */
  readonly topic?: string;
  /** Where the value was given: a file or a stack's config. */
  readonly place: string;
  /** The field that the value was given for: `orders.partitions`, `kafka:bootstrapServers`. */
  readonly field: string;
  /** The value; absent if the problem is not about a value, undefined if the value is missing. */
  readonly given?: unknown;
  /** What is allowed, in words; if that is unknown, `refused` is set instead. */
  readonly allowed?: string;
  /** Why the value is refused: the original message. */
  readonly refused?: string;
};

/**
 * Converts Zod's issues to problems. The schemas' messages say what is allowed.
 * @param error from a parse with `reportInput: true`
 * @param field names the field of a path such as `["partitions"]`
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
  // A value may break two rules with the same message.
  return problems.filter(
    (one, at) =>
      at === problems.findIndex(({ field, allowed }) => field === one.field && allowed === one.allowed),
  );
}

/**
 * Options for `z.strictObject` that list the known keys in the form that `problemsOf` reads.
 * @param example what is allowed instead of a value that is no object
 */
export function strictKeys(
  shape: object,
  example = "an object",
): { error: (issue: { code: string }) => string } {
  const keys = Object.keys(shape).join(", ");
  return { error: (issue) => (issue.code === "unrecognized_keys" ? keys : example) };
}

/** The distance to a name of many thousand characters would take seconds to calculate. */
const maxDistance = 50;

/** Up to this many names are all listed: the keys of a stack's config, but not the configs of Kafka. */
const mostListed = 40;

/** Suggests known names for an unknown one: "perhaps orders" if some are close, otherwise all of them, unless they are many. */
export function nearest(given: string, known: readonly string[]): string {
  const distances = new Map(known.map((name) => [name, leven(given, name, { maxDistance })]));
  const distanceTo = (name: string) => distances.get(name) ?? maxDistance;
  const byDistance = known.toSorted((a, b) => distanceTo(a) - distanceTo(b));
  const close = byDistance.filter((name) => distanceTo(name) <= 2 || name.includes(given));
  // With more names, twenty problems would not fit on a screen.
  if (close.length > 0) return `perhaps ${close.slice(0, 3).join(" or ")}`;
  if (known.length <= mostListed) return `one of ${known.toSorted().join(", ")}`;
  return `but none of the ${known.length} is similar`;
}
