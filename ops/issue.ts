import { parseArgs } from "node:util";
import { z } from "zod";
import {
  findOwn,
  issuesUrl,
  jobSchema,
  linkSummary,
  parse,
  readLogin,
  readMarkdown,
  renderBody,
  textFlags,
  textOf,
  write,
  writeSummary,
} from "./github.ts";

const help = `Usage: npm run issue -- --state open|closed --marker NAME --title TEXT --file FILE

Keeps one issue of the repository that a GitHub Actions job runs in: opens it or edits it in place, or closes it where
it is open. The Markdown stands in the job's summary too. The job needs GITHUB_TOKEN in its environment, with
"issues: write".

  --state open    there is something to tell: the issue is opened, or edited where one is open
  --state closed  it is gone: the issue is closed with a comment, where one is open
  --marker NAME   tells this issue from others of the same repository: drift-prod
  --title TEXT    the title of an issue that is opened; a later run leaves it as it is
  --file FILE     the Markdown; what an issue has no room for is cut, and the issue says so
`;

const flagsSchema = z.object({
  ...textFlags,
  state: z.enum(["open", "closed"], "open or closed"),
  title: textOf("a title of at most 256 characters").max(256, "a title of at most 256 characters"),
});

try {
  const options = {
    state: { type: "string" },
    marker: { type: "string" },
    title: { type: "string" },
    file: { type: "string" },
    help: { type: "boolean" },
  } as const;
  const { values } = parseArgs({ args: process.argv.slice(2), options });
  if (values.help) process.stdout.write(help);
  else process.stdout.write(await keepIssue(parse(flagsSchema, "command line", values, "--")));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function keepIssue({ state, marker, title, file }: z.infer<typeof flagsSchema>): Promise<string> {
  const environment = parse(jobSchema, "environment", process.env);
  const job = { ...environment, needs: '"permissions: issues: write"' };
  const markdown = readMarkdown(file);
  // Before the issue, which GitHub may refuse.
  writeSummary(job, markdown);

  const issues = issuesUrl(job);
  const login = await readLogin(job);
  const query = new URLSearchParams({ state: "open", creator: login, per_page: "100" });
  const own = await findOwn(job, `${issues}?${query}`, login, marker);
  if (state === "open") {
    const body = renderBody(job, marker, markdown, "an issue");
    if (own) return `Issue edited: ${await write(job, "PATCH", own.url, { body })}\n`;
    return `Issue opened: ${await write(job, "POST", issues, { title, body })}\n`;
  }
  if (!own) return `No issue of ${marker} is open.\n`;
  // First, so that none is closed without a word.
  await write(job, "POST", `${own.url}/comments`, { body: `Gone, as ${linkSummary(job)} shows.` });
  return `Issue closed: ${await write(job, "PATCH", own.url, { state })}\n`;
}
