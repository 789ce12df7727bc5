import { z } from "zod";
import { problemsOf } from "../kafka/problem.ts";
import { RefusedError } from "../kafka/refused-error.ts";

/** Text that may not be empty. */
export const textOf = (allowed: string) => z.string(allowed).min(1, allowed);
export const givenByActions = "what GitHub Actions gives every job";
const markerAllowed = "letters, digits and any of . _ / -";

/** What GitHub Actions gives a job, and the token that its step has to hand on. */
export const jobSchema = z.object({
  GITHUB_TOKEN: textOf("github.token, in the step's env"),
  /** `OWNER/NAME`. */
  GITHUB_REPOSITORY: z.string("OWNER/NAME").regex(/^[\w.-]+\/[\w.-]+$/, "OWNER/NAME"),
  GITHUB_API_URL: z.url(givenByActions),
  GITHUB_RUN_ID: textOf(givenByActions),
  GITHUB_SERVER_URL: z.url().default("https://github.com"),
  GITHUB_STEP_SUMMARY: z.string().optional(),
});

/** A job of GitHub Actions, and what its token has to be allowed, for the error of one that is not. */
export type Job = z.infer<typeof jobSchema> & { readonly needs: string };

/** The flags that say what is written, and under which name it is found again. */
export const textFlags = {
  marker: z.string(markerAllowed).regex(/^[\w./-]+$/, markerAllowed),
  file: textOf("a Markdown file"),
};

/** @throws RefusedError with all that is wrong */
export function parse<T extends z.ZodType>(
  schema: T,
  place: string,
  input: unknown,
  prefix = "",
): z.infer<T> {
  const parsed = schema.safeParse(input, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new RefusedError(problemsOf(parsed.error, place, (path) => `${prefix}${path.join(".")}`));
}
