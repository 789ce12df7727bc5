import { appendFileSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import { problemsOf, RefusedError } from "../kafka/problem.ts";
import { cutMarkdown, putComment } from "./pull-request.ts";

const help = `Usage: npm run comment -- --marker NAME --file FILE

Puts a Markdown file onto the pull request that a GitHub Actions job is for, as a comment that the next run edits in
place, and into the job's summary. The job needs GITHUB_TOKEN in its environment, with "pull-requests: write".

  --marker NAME  tells this comment from others on the same pull request: review-prod
  --file FILE    the Markdown; what a comment has no room for is cut, and the comment says so
`;

/** GitHub's own limit for a comment, in characters; bytes are at least as many. */
const commentBytes = 65_536;
/** GitHub drops a step's summary that is larger. */
const summaryBytes = 1024 * 1024;

const text = (allowed: string) => z.string(allowed).min(1, allowed);
const givenByActions = "what GitHub Actions gives every job";
const environmentSchema = z.object({
  GITHUB_TOKEN: text("github.token, in the step's env"),
  GITHUB_REPOSITORY: z.string("OWNER/NAME").regex(/^[\w.-]+\/[\w.-]+$/, "OWNER/NAME"),
  GITHUB_API_URL: z.url(givenByActions),
  GITHUB_GRAPHQL_URL: z.url(givenByActions),
  GITHUB_EVENT_PATH: text(givenByActions),
  GITHUB_RUN_ID: text(givenByActions),
  GITHUB_SERVER_URL: z.url().default("https://github.com"),
  GITHUB_STEP_SUMMARY: z.string().optional(),
});
const eventSchema = z.object({ pull_request: z.object({ number: z.int() }) });
const markerAllowed = "letters, digits and any of . _ / -";
const markerSchema = z.object({
  marker: z.string(markerAllowed).regex(/^[\w./-]+$/, markerAllowed),
  file: text("a Markdown file"),
});

try {
  const options = {
    marker: { type: "string" },
    file: { type: "string" },
    help: { type: "boolean" },
  } as const;
  const { values } = parseArgs({ args: process.argv.slice(2), options });
  if (values.help) process.stdout.write(help);
  else process.stdout.write(await comment(parse(markerSchema, "command line", values, "--")));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function comment({ marker, file }: z.infer<typeof markerSchema>): Promise<string> {
  const environment = parse(environmentSchema, "environment", process.env);
  const event = eventSchema.safeParse(JSON.parse(readFileSync(environment.GITHUB_EVENT_PATH, "utf8")));
  if (!event.success) {
    throw new Error("The job's event has no pull request. Run this in a workflow that has on: pull_request.");
  }
  const markdown = readMarkdown(file);
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = environment;
  // Before the comment, which GitHub may refuse.
  if (environment.GITHUB_STEP_SUMMARY) {
    const summary = cutMarkdown(markdown, summaryBytes, "> Cut to what a job's summary has room for.");
    appendFileSync(environment.GITHUB_STEP_SUMMARY, summary);
  }
  const hidden = `<!-- ${marker} -->\n`;
  const whole = `[the job's summary](${server}/${repository}/actions/runs/${run})`;
  const note = `> Cut to what a comment has room for. The whole is in ${whole}.`;
  const body = cutMarkdown(markdown, commentBytes - hidden.length - 1, note);
  const { url, edited } = await putComment(
    {
      apiUrl: environment.GITHUB_API_URL,
      graphqlUrl: environment.GITHUB_GRAPHQL_URL,
      token: environment.GITHUB_TOKEN,
      repository,
      pullRequest: event.data.pull_request.number,
    },
    hidden,
    body,
  );
  return `Comment ${edited ? "edited" : "written"}: ${url}\n`;
}

function parse<T extends z.ZodType>(schema: T, place: string, input: unknown, prefix = ""): z.infer<T> {
  const parsed = schema.safeParse(input, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new RefusedError(problemsOf(parsed.error, place, (path) => `${prefix}${path.join(".")}`));
}

function readMarkdown(file: string): string {
  let markdown = "";
  try {
    markdown = readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`${(error as Error).message}. Did the step that writes it run?`);
  }
  if (markdown.trim() === "") throw new Error(`${file} is empty. Did the step that writes it run?`);
  return markdown;
}
