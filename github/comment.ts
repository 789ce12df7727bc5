import { readFileSync } from "node:fs";
import { z } from "zod";
import { exitCodes, runCommand } from "../machine/command.ts";
import { messageOf } from "../machine/errors.mjs";
import { addComment, askGitHub, isOwn, listComments, once, readLogin, repositoryOf } from "./client.ts";
import { givenByActions, type Job, jobSchema, parse, textFlags, textOf } from "./job.ts";
import { readMarkdown, renderBody, writeSummary } from "./text.ts";

const environmentSchema = jobSchema.extend({ GITHUB_EVENT_PATH: textOf(givenByActions) });
const eventSchema = z.object({ pull_request: z.object({ number: z.int() }) });
const { marker, file } = textFlags;
const fileFlags = z.object({ marker, file });
const reviewFlags = z.object({ marker, review: textOf("the JSON file of a review") });

await runCommand({
  help: `Usage: npm run comment -- --marker NAME (--review FILE | --file FILE)

Posts a review or a Markdown file as a comment on the pull request of a GitHub Actions job, and adds it to the job's
summary. The next run edits the comment in place. The job needs GITHUB_TOKEN in its environment, with "pull-requests:
write".

  --marker NAME  identifies this comment on the pull request, for example review-prod
  --review FILE  what npm run review --json wrote: it is checked, and rendered as text; without the file, the comment says
                 that the review could not run
  --file FILE    a Markdown file

If the text is too long for a comment, it is truncated and the comment says so.
`,
  options: {
    marker: { type: "string" },
    review: { type: "string" },
    file: { type: "string" },
  },
  run: async (values) => {
    if (values.review !== undefined && values.file !== undefined)
      throw new Error("--review, --file: given both, allowed: one of them");
    const flags =
      values.review === undefined
        ? parse(fileFlags, "command line", values, "--")
        : parse(reviewFlags, "command line", values, "--");
    process.stdout.write(`${await comment(flags)}\n`);
    return exitCodes.success;
  },
});

/** Loaded only here: it loads all that renders a review. */
async function readReview(job: Job, file: string): Promise<string> {
  return (await import("./review.ts")).readReview(job, file);
}

/** @throws Error that names the file */
function readEvent(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`GITHUB_EVENT_PATH: ${file} cannot be read: ${messageOf(error)}`);
  }
}

async function comment(flags: z.infer<typeof fileFlags> | z.infer<typeof reviewFlags>): Promise<string> {
  const { marker } = flags;
  const environment = parse(environmentSchema, "environment", process.env);
  const event = eventSchema.safeParse(readEvent(environment.GITHUB_EVENT_PATH));
  if (!event.success) {
    throw new Error(
      "The job's event has no pull request. Run this in a workflow with on: pull_request_target.",
    );
  }
  const needs = '"permissions: pull-requests: write"; a pull request from a fork never has it';
  const job = { ...environment, needs };
  const markdown = "file" in flags ? readMarkdown(flags.file) : await readReview(job, flags.review);
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
