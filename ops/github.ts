import { appendFileSync, readFileSync } from "node:fs";
import { z } from "zod";
import { problemsOf } from "../kafka/problem.ts";
import { RefusedError } from "../kafka/refused-error.ts";

/** GitHub's own limit for a comment and for an issue, in characters; bytes are at least as many. */
const bodyBytes = 65_536;
/** GitHub drops a step's summary that is larger. */
const summaryBytes = 1024 * 1024;
const requestTimeoutMs = 30_000;

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
  GITHUB_GRAPHQL_URL: z.url(givenByActions),
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

const viewerSchema = z.object({ data: z.object({ viewer: z.object({ login: z.string() }) }) });
/** A comment or an issue. */
const entrySchema = z.object({
  /** Where the API has it; people see it at `html_url`. */
  url: z.string(),
  html_url: z.string(),
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullish(),
  pull_request: z.object().optional(),
});
type Entry = z.infer<typeof entrySchema>;

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

/** @throws Error for a file that is not there or empty */
export function readMarkdown(file: string): string {
  let markdown = "";
  try {
    markdown = readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`${(error as Error).message}. Did the step that writes it run?`);
  }
  if (markdown.trim() === "") throw new Error(`${file} is empty. Did the step that writes it run?`);
  return markdown;
}

/**
 * Appends to what the run's page shows of this job.
 * @throws Error that names the file
 */
export function writeSummary(job: Job, markdown: string): void {
  if (!job.GITHUB_STEP_SUMMARY) return;
  const summary = cutMarkdown(markdown, summaryBytes, "> Cut to what a job's summary has room for.");
  try {
    appendFileSync(job.GITHUB_STEP_SUMMARY, summary);
  } catch (error) {
    throw new Error(
      `GITHUB_STEP_SUMMARY: ${job.GITHUB_STEP_SUMMARY} cannot be written: ${(error as Error).message}`,
    );
  }
}

/** A link to the page of the job's run, which shows its summary. */
export function linkSummary({ GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID }: Job): string {
  return `[the job's summary](${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID})`;
}

/** The first line, which GitHub does not show; without its end, as an edit on the web makes that CR LF. */
const hide = (marker: string) => `<!-- ${marker} -->`;

/**
 * What is written under a marker, cut to what GitHub takes.
 * @param kind what it is cut for: "a comment"
 */
export function renderBody(job: Job, marker: string, markdown: string, kind: string): string {
  const first = `${hide(marker)}\n`;
  const note = `> Cut to what ${kind} has room for. The whole is in ${linkSummary(job)}.`;
  return first + cutMarkdown(markdown, bodyBytes - first.length - 1, note);
}

/**
 * As many of the first lines as there is room for, under the note: what is cut may leave a list or a code block open,
 * and a note below would be lost in it.
 */
function cutMarkdown(markdown: string, limitBytes: number, note: string): string {
  if (Buffer.byteLength(markdown) <= limitBytes) return markdown;
  let cut = `${note}\n\n`;
  let room = limitBytes - Buffer.byteLength(cut);
  for (const line of markdown.split(/(?<=\n)/)) {
    room -= Buffer.byteLength(line);
    if (room < 0) break;
    cut += line;
  }
  return cut;
}

/** The name of the token's own user. */
export async function readLogin(job: Job): Promise<string> {
  // A job's token has a user, but may not ask the REST API who it is.
  const asked = await request(job, "POST", job.GITHUB_GRAPHQL_URL, { query: "{ viewer { login } }" });
  return viewerSchema.parse(await asked.json()).data.viewer.login;
}

/** Where the API has the repository's issues and pull requests. */
export function issuesUrl({ GITHUB_API_URL, GITHUB_REPOSITORY }: Job): string {
  return `${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/issues`;
}

/**
 * The comment or issue that this user wrote under the marker.
 * @param list where the API lists them
 */
export async function findOwn(
  job: Job,
  list: string,
  login: string,
  marker: string,
): Promise<Entry | undefined> {
  let page: string | undefined = list;
  while (page) {
    const listed = await request(job, "GET", page);
    // Anybody can write the hidden line, and an administrator's token could edit anybody's text. Pull requests are
    // listed among the issues.
    const own = z
      .array(entrySchema)
      .parse(await listed.json())
      .find(
        ({ user, body, pull_request }) =>
          user?.login === login && body?.startsWith(hide(marker)) && !pull_request,
      );
    if (own) return own;
    page = listed.headers.get("link")?.match(/<([^>]*)>; rel="next"/)?.[1];
  }
  return undefined;
}

/** Creates a comment or an issue (POST to its list), or edits one (PATCH), and gives where people see it. */
export async function write(job: Job, method: "POST" | "PATCH", url: string, json: object): Promise<string> {
  const written = await request(job, method, url, json);
  return entrySchema.parse(await written.json()).html_url;
}

/** @throws Error with GitHub's own words and what to do */
async function request(job: Job, method: string, url: string, json?: object): Promise<Response> {
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${job.GITHUB_TOKEN}`,
      accept: "application/vnd.github+json",
      "x-github-api-version": "2022-11-28",
    },
    signal: AbortSignal.timeout(requestTimeoutMs),
    ...(json && { body: JSON.stringify(json) }),
  }).catch((error: Error) => {
    const { message } = error.cause instanceof Error ? error.cause : error;
    throw new Error(`GitHub gave no answer to ${method} ${url}: ${message}. Run the job again.`);
  });
  if (response.ok) return response;
  const said = z.object({ message: z.string() }).safeParse(await response.json().catch(() => undefined));
  const words = (said.data?.message ?? response.statusText).replace(/\.$/, "");
  const what = `GitHub answered ${method} ${url} with ${response.status} ${words}.`;
  throw new Error(`${what}\n${advise(job, response.status)}`);
}

function advise({ needs }: Job, status: number): string {
  if (status === 401) return "GITHUB_TOKEN is not valid here, or no longer.";
  if (status === 403 || status === 404) return `The job needs ${needs}.`;
  if (status === 410) return "Switch issues on: Settings, General, Features.";
  return "Run the job again.";
}
