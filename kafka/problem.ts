import { inspect } from "node:util";
import leven from "leven";
import type { z } from "zod";

/** One thing that is wrong with what was given, told so that it can be mended without reading code. */
export type Problem = {
  /** Where it was given: a file or a stack's config. */
  readonly place: string;
  /** What it was given for: `orders.partitions`, `kafka:bootstrapServers`. */
  readonly field: string;
  readonly given: unknown;
  /** What would be right, in words; where only the cluster knows it, `refused` stands in its place. */
  readonly allowed?: string;
  /** Why the cluster does not take it, in its own words where it has some. */
  readonly refused?: string;
};

/** The error of everything that refuses its input; its message has a line for each problem, by place and field. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    const sorted = problems.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
    super([`${count}, nothing was touched:`, ...sorted.map(describeProblem)].join("\n"));
    this.problems = sorted;
  }
}

/** What is wrong with a topic's name stands where its other fields would. */
function orderOf({ place, field, given }: Problem): string {
  return `${place} ${field === "name" ? given : field}`;
}

/** `infra/topics/orders.ts: orders.partitions: given 0, allowed: a whole number from 1`. */
export function describeProblem({ place, field, given, allowed, refused }: Problem): string {
  const text = given === undefined ? "nothing" : show(given);
  const short = text.length > longestGiven ? `${text.slice(0, longestGiven)}...` : text;
  const reason = refused === undefined ? `allowed: ${allowed}` : `refused: ${refused}`;
  // The cut may have left half of a surrogate pair, which the engine's messages cannot carry.
  return `  ${place}: ${field}: given ${short}, ${reason}`.toWellFormed();
}

/** What was thrown, on a line: `TypeError: no such team`; anything can be thrown. */
export function describeThrown(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return String(thrown);
  } catch {
    // Its message is a getter, say.
  }
  return show(thrown);
}

function show(value: unknown): string {
  try {
    return inspect(value, { breakLength: Number.POSITIVE_INFINITY, customInspect: false });
  } catch {
    return "what cannot be shown";
  }
}

/** In characters; a name may have 249, a sample any number. */
const longestGiven = 50;

/**
 * Zod's issues as problems. The schemas put what is allowed into their messages.
 * @param error from a parse with `reportInput: true`
 * @param field names the field of a path, `["partitions"]` say
 */
export function problemsOf(error: z.ZodError, place: string, field: (path: string[]) => string): Problem[] {
  const problems = error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code !== "unrecognized_keys") {
      return [{ place, field: field(path), given: issue.input, allowed: issue.message }];
    }
    const given = issue.input as Record<string, unknown>;
    return issue.keys.map((key) => ({
      place,
      field: field([...path, key]),
      given: given[key],
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
export function keysOf(shape: object): { error: (issue: { code: string }) => string } {
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
