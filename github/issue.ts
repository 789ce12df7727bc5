import { z } from "zod";
import { exitCodes, runCommand } from "../machine/command.ts";
import { addComment, askGitHub, isOwn, listComments, once, readLogin, repositoryOf } from "./client.ts";
import { jobSchema, parse, textFlags, textOf } from "./job.ts";
import { hide, linkSummary, readMarkdown, renderBody, writeSummary } from "./text.ts";

const editIssue = "PATCH /repos/{owner}/{repo}/issues/{issue_number}";

const flagsSchema = z.object({
  ...textFlags,
  state: z.enum(["open", "closed"], "open or closed"),
  title: textOf("a title of at most 256 characters").max(256, "a title of at most 256 characters"),
});

await runCommand({
  help: `Usage: npm run issue -- --state open|closed --marker NAME --title TEXT --file FILE

Maintains one issue in the repository of a GitHub Actions job: opens it, edits it in place or closes it. Adds the
Markdown to the job's summary too. The job needs GITHUB_TOKEN in its environment, with "issues: write".

  --state open    opens the issue, or edits it if it is open
  --state closed  closes the issue with a comment, if it is open
  --marker NAME   identifies this issue in the repository, for example drift-prod
  --title TEXT    the title of a new issue; later runs do not change it
  --file FILE     the Markdown file; if it is too long for an issue, it is truncated and the issue says so
`,
  options: {
    state: { type: "string" },
    marker: { type: "string" },
    title: { type: "string" },
    file: { type: "string" },
  },
  run: async (values) => {
    process.stdout.write(`${await keepIssue(parse(flagsSchema, "command line", values, "--"))}\n`);
    return exitCodes.success;
  },
});

async function keepIssue({ state, marker, title, file }: z.infer<typeof flagsSchema>): Promise<string> {
  const environment = parse(jobSchema, "environment", process.env);
  const job = { ...environment, needs: '"permissions: issues: write"' };
  const markdown = readMarkdown(file);
  // Written before the issue, which GitHub may refuse.
  writeSummary(job, markdown);

  const repository = repositoryOf(job);
  return askGitHub(job, async (client) => {
    const login = await readLogin(client);
    const query = { ...repository, state: "open", creator: login, per_page: 100 } as const;
    const open = await client.paginate("GET /repos/{owner}/{repo}/issues", query);
    // GitHub lists pull requests as issues.
    const own = open.find((one) => !one.pull_request && isOwn(one, login, marker));
    if (state === "open") {
      const body = renderBody(job, marker, markdown, "an issue");
      if (own) {
        const edit = { ...repository, issue_number: own.number, body };
        const { data } = await client.request(editIssue, edit);
        return `Issue edited: ${data.html_url}`;
      }
      const { data } = await client.request("POST /repos/{owner}/{repo}/issues", {
        ...repository,
        title,
        body,
        ...once,
      });
      return `Issue opened: ${data.html_url}`;
    }
    if (!own) return `No issue with marker ${marker} is open.`;
    const issue = { ...repository, issue_number: own.number };
    // Written first, so that no issue is closed without a comment; a run that got no answer may have written it.
    const comments = await listComments(client, issue);
    if (!comments.some((one) => isOwn(one, login, marker))) {
      const body = `${hide(marker)}\nResolved: see ${linkSummary(job)}.`;
      await client.request(addComment, { ...issue, body, ...once });
    }
    const { data } = await client.request(editIssue, { ...issue, state });
    return `Issue closed: ${data.html_url}`;
  });
}
