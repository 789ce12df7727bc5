import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import {
  findOwn,
  givenByActions,
  issuesUrl,
  jobSchema,
  parse,
  readLogin,
  readMarkdown,
  renderBody,
  textFlags,
  textOf,
  write,
  writeSummary,
} from "./github.ts";

const help = `Usage: npm run comment -- --marker NAME --file FILE

Puts a Markdown file onto the pull request that a GitHub Actions job is for, as a comment that the next run edits in
place, and into the job's summary. The job needs GITHUB_TOKEN in its environment, with "pull-requests: write".

  --marker NAME  tells this comment from others on the same pull request: review-prod
  --file FILE    the Markdown; what a comment has no room for is cut, and the comment says so
`;

const environmentSchema = jobSchema.extend({ GITHUB_EVENT_PATH: textOf(givenByActions) });
const eventSchema = z.object({ pull_request: z.object({ number: z.int() }) });
const flagsSchema = z.object(textFlags);

try {
  const options = {
    marker: { type: "string" },
    file: { type: "string" },
    help: { type: "boolean" },
  } as const;
  const { values } = parseArgs({ args: process.argv.slice(2), options });
  if (values.help) process.stdout.write(help);
  else process.stdout.write(await comment(parse(flagsSchema, "command line", values, "--")));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function comment({ marker, file }: z.infer<typeof flagsSchema>): Promise<string> {
  const environment = parse(environmentSchema, "environment", process.env);
  const event = eventSchema.safeParse(JSON.parse(readFileSync(environment.GITHUB_EVENT_PATH, "utf8")));
  if (!event.success) {
    throw new Error("The job's event has no pull request. Run this in a workflow that has on: pull_request.");
  }
  const needs = '"permissions: pull-requests: write"; a pull request from a fork never has it';
  const job = { ...environment, needs };
  const markdown = readMarkdown(file);
  // Before the comment, which GitHub may refuse.
  writeSummary(job, markdown);

  const comments = `${issuesUrl(job)}/${event.data.pull_request.number}/comments`;
  const own = await findOwn(job, `${comments}?per_page=100`, await readLogin(job), marker);
  const body = renderBody(job, marker, markdown, "a comment");
  if (own) return `Comment edited: ${await write(job, "PATCH", own.url, { body })}\n`;
  return `Comment written: ${await write(job, "POST", comments, { body })}\n`;
}
