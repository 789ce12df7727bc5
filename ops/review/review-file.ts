import { z } from "zod";
import { problemsOf } from "../../kafka/problem.ts";
import { RefusedError } from "../../kafka/refused-error.ts";
import { risks } from "./risk.ts";

/** In bytes; a review of 10,000 changed topics has about a third of it. */
const maxBytes = 16 * 1024 * 1024;
/** More would hide the first ones. */
const mostProblems = 3;

const text = z.string("text");
const risk = z.enum(risks, `one of ${risks.join(", ")}`);
// Only compared, and as text, because an object may be nested more deeply than a comparison can go.
const value = z.unknown().transform((given) => JSON.stringify(given));
const message = z.object(
  {
    code: text,
    topic: text.optional(),
    key: text.optional(),
    expected: value.optional(),
    observed: value.optional(),
    message: text,
  },
  "an object",
);
const reviewFile = z.object(
  {
    version: z.literal(1, "1"),
    stack: text,
    hash: z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits"),
    verdict: z.enum([...risks, "failed"], "a risk, or failed"),
    base: text.optional(),
    summary: text,
    settings: z.array(
      z.object(
        { key: text, topic: text.optional(), owner: text.optional(), code: text, risk, what: text },
        "an object",
      ),
      "a list",
    ),
    changes: z.array(
      z.object({ topic: text, owner: text.optional(), risk, what: text }, "an object"),
      "a list",
    ),
    errors: z.array(message, "a list"),
    warnings: z.array(message, "a list"),
  },
  "an object",
);

/** What the JSON of a review says, in words: all that its Markdown contains. */
export type ReviewFile = z.input<typeof reviewFile>;

/** An error or a warning of a review, in words. */
export type WordedMessage = ReviewFile["errors"][number];

/**
 * Parses the JSON of a review. It is not trusted: whoever wrote it may have seen a pull request.
 * @param place the file, as the error names it
 * @throws Error or RefusedError with what is wrong
 */
export function parseReviewFile(json: string, place: string): ReviewFile {
  if (Buffer.byteLength(json) > maxBytes)
    throw new Error(`${place}: given more than ${maxBytes} bytes, allowed: the JSON of a review`);
  let parsed: ReturnType<typeof reviewFile.safeParse>;
  try {
    parsed = reviewFile.safeParse(JSON.parse(json), { reportInput: true });
  } catch {
    // Not JSON, or nested too deeply.
    throw new Error(`${place}: given something else, allowed: the JSON of a review`);
  }
  if (parsed.success) return parsed.data;
  const problems = problemsOf(parsed.error, place, (path) => path.join("."));
  throw new RefusedError(problems.slice(0, mostProblems));
}
