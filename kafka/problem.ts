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
  /** What would be right, in words. */
  readonly allowed: string;
};

/** The error of everything that refuses its input; its message has a line for each problem. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super([`${count}, nothing was touched:`, ...problems.map(describeProblem)].join("\n"));
    this.problems = problems;
  }
}

/** `infra/topics/orders.ts: orders.partitions: given 0, allowed: a whole number from 1`. */
export function describeProblem({ place, field, given, allowed }: Problem): string {
  const text = given === undefined ? "nothing" : inspect(given, { breakLength: Number.POSITIVE_INFINITY });
  const short = text.length > 120 ? `${text.slice(0, 117)}...` : text;
  return `  ${place}: ${field}: given ${short}, allowed: ${allowed}`;
}

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

/** For a name that is none of those known: "perhaps orders" where one is close, else all that there are. */
export function nearest(given: string, known: readonly string[]): string {
  const close = known.filter((name) => leven(given, name) <= 2 || name.includes(given));
  return close.length > 0 ? `perhaps ${close.join(" or ")}` : `one of ${known.join(", ")}`;
}
