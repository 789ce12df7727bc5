import { parseArgs } from "node:util";
import { chooseStack } from "../pulumi/stack-name.ts";
import { writeReport } from "./report-file.ts";
import { renderMarkdown } from "./review/markdown.ts";
import { readReview } from "./review/read-review.ts";
import { renderTable } from "./review/table.ts";

const help = `Usage: npm run review -- [--stack NAME] [--allow-data-loss TOPICS] [--markdown FILE] [--json FILE]

Previews an update of a stack and says what each change may cost: nothing, attention, or records.

  --stack NAME              the stack, else PULUMI_STACK, else dev
  --allow-data-loss TOPICS  the topics that may lose records: a,b; '*' for all
  --markdown FILE           writes the review for a pull request too
  --json FILE               writes the review for machines too

Exits with 0, with 2 when a topic would lose records that is not allowed to, with 1 when the update would fail or
nothing can be said.
`;

const args = process.argv.slice(2);
try {
  const { values } = parseArgs({
    args,
    options: {
      stack: { type: "string", short: "s" },
      "allow-data-loss": { type: "string", multiple: true, default: [] },
      markdown: { type: "string" },
      json: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) process.stdout.write(help);
  else process.exitCode = await review(values["allow-data-loss"], values.markdown, values.json);
} catch (error) {
  process.stderr.write(`The review could not be made.\n${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function review(allowed: readonly string[], markdown?: string, json?: string): Promise<number> {
  const stack = chooseStack(args);
  if (process.stderr.isTTY) process.stderr.write(`Previewing an update of stack ${stack} ...`);
  const topics = allowed
    .flatMap((list) => list.split(","))
    .map((name) => name.trim())
    .filter(Boolean);
  const review = await readReview(stack, topics);
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");

  process.stdout.write(`${renderTable(review, process.stdout.columns ?? 120)}\n`);
  const lost = new Set(review.losses.map(({ topic }) => topic));
  const needless = topics.filter((topic) => topic !== "*" && !lost.has(topic));
  if (needless.length > 0)
    process.stdout.write(`--allow-data-loss names what loses nothing: ${needless.join(", ")}\n`);
  const verdict = review.losses.some(({ allowed }) => !allowed) ? 2 : review.errors.length > 0 ? 1 : 0;
  try {
    if (markdown !== undefined) writeReport("--markdown", markdown, renderMarkdown(review));
    if (json !== undefined) writeReport("--json", json, `${JSON.stringify(review, null, 2)}\n`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return verdict || 1;
  }
  return verdict;
}
