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

Posts a Markdown file as a comment on the pull request of a GitHub Actions job, and adds it to the job's summary. The
next run edits the comment in place. The job needs GITHUB_TOKEN in its environment, with "pull-requests: write".

  --marker NAME  identifies this comment on the pull request, for example review-prod
  --file FILE    the Markdown file; if it is too long for a comment, it is truncated and the comment says so
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
    throw new Error("The job's event has no pull request. Run this in a workflow with on: pull_request.");
  }
  const needs = '"permissions: pull-requests: write"; a pull request from a fork never has it';
  const job = { ...environment, needs };
  const markdown = readMarkdown(file);
  // Written before the comment, which GitHub may refuse.
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
