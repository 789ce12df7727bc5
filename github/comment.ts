import { readFileSync } from "node:fs";
import { z } from "zod";
import { exitCodes, runCommand } from "../machine/command.ts";
import { messageOf } from "../machine/errors.mjs";
import { addComment, askGitHub, isOwn, listComments, once, readLogin, repositoryOf } from "./client.ts";
import { givenByActions, jobSchema, parse, textFlags, textOf } from "./job.ts";
import { readMarkdown, renderBody, writeSummary } from "./text.ts";

const environmentSchema = jobSchema.extend({ GITHUB_EVENT_PATH: textOf(givenByActions) });
const eventSchema = z.object({ pull_request: z.object({ number: z.int() }) });
const flagsSchema = z.object(textFlags);

await runCommand({
  help: `Usage: npm run comment -- --marker NAME --file FILE

Puts a Markdown file onto the pull request that a GitHub Actions job is for, as a comment that the next run edits in
place, and into the job's summary. The job needs GITHUB_TOKEN in its environment, with "pull-requests: write".

  --marker NAME  tells this comment from others on the same pull request: review-prod
  --file FILE    the Markdown; what a comment has no room for is cut, and the comment says so
`,
  options: {
    marker: { type: "string" },
    file: { type: "string" },
  },
  run: async (values) => {
    process.stdout.write(`${await comment(parse(flagsSchema, "command line", values, "--"))}\n`);
    return exitCodes.success;
  },
});

/** @throws Error that names the file */
function readEvent(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`GITHUB_EVENT_PATH: ${file} cannot be read: ${messageOf(error)}`);
  }
}

async function comment({ marker, file }: z.infer<typeof flagsSchema>): Promise<string> {
  const environment = parse(environmentSchema, "environment", process.env);
  const event = eventSchema.safeParse(readEvent(environment.GITHUB_EVENT_PATH));
  if (!event.success) {
    throw new Error("The job's event has no pull request. Run this in a workflow that has on: pull_request.");
  }
  const needs = '"permissions: pull-requests: write"; a pull request from a fork never has it';
  const job = { ...environment, needs };
  const markdown = readMarkdown(file);
  // Before the comment, which GitHub may refuse.
  writeSummary(job, markdown);

  const repository = repositoryOf(job);
  const pullRequest = { ...repository, issue_number: event.data.pull_request.number };
  return askGitHub(job, async (client) => {
    const login = await readLogin(client);
    const comments = await listComments(client, pullRequest);
    const own = comments.find((one) => isOwn(one, login, marker));
    const body = renderBody(job, marker, markdown, "a comment");
    if (own) {
      const edit = { ...repository, comment_id: own.id, body };
      const { data } = await client.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", edit);
      return `Comment edited: ${data.html_url}`;
    }
    const { data } = await client.request(addComment, { ...pullRequest, body, ...once });
    return `Comment written: ${data.html_url}`;
  });
}
