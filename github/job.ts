import { z } from "zod";
import { problemsOf } from "../kafka/problem.ts";
import { RefusedError } from "../kafka/refused-error.ts";

/** A schema for text that must not be empty. */
export const textOf = (allowed: string) => z.string(allowed).min(1, allowed);
export const givenByActions = "the value that GitHub Actions sets for every job";
const apiUrl = "the https address that GitHub Actions sets for every job";
const markerAllowed = "letters, digits and any of . _ / -";

/** The variables that GitHub Actions sets for a job, and the token that the job's step must pass on. */
export const jobSchema = z.object({
  GITHUB_TOKEN: textOf("github.token, in the step's env"),
  /** `OWNER/NAME`. */
  GITHUB_REPOSITORY: z.string("OWNER/NAME").regex(/^[\w.-]+\/[\w.-]+$/, "OWNER/NAME"),
  GITHUB_API_URL: z.url(apiUrl).refine(isSafeForToken, apiUrl),
  GITHUB_RUN_ID: textOf(givenByActions),
  GITHUB_SERVER_URL: z.url({ protocol: /^https?$/, error: givenByActions }).default("https://github.com"),
  GITHUB_STEP_SUMMARY: z.string().optional(),
});

/** Whether a token that is sent to a URL cannot be read on the way. */
function isSafeForToken(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || (protocol === "http:" && ["127.0.0.1", "localhost"].includes(hostname));
}

/** A job of GitHub Actions, with the permissions that its token needs, for the error if it lacks them. */
export type Job = z.infer<typeof jobSchema> & { readonly needs: string };

/** The flags for the text, and for the marker by which the next run finds it. */
export const textFlags = {
  marker: z.string(markerAllowed).regex(/^[\w./-]+$/, markerAllowed),
  file: textOf("a Markdown file"),
};

/** @throws RefusedError with all problems */
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
