import { parseArgs } from "node:util";
import { chooseStack } from "../pulumi/stack-name.ts";
import { readDrift } from "./drift/read-drift.ts";
import { renderMarkdown, renderTable } from "./drift/render.ts";
import { parsePattern } from "./pattern.ts";
import { writeReport } from "./report-file.ts";

const help = `Usage: npm run drift -- [--stack NAME] [--ignore RE] [--markdown FILE] [--json FILE]

Compares what a stack's last update deployed with what is on the cluster now, and touches nothing: topics that are
missing, partitions, replication factors and configs that differ, configs set by hand, topics nobody declared.

  --stack NAME     the stack, else PULUMI_STACK, else dev
  --ignore RE      topics nobody declared whose name matches are no drift
  --markdown FILE  writes it for an issue too
  --json FILE      writes it for machines too

Exits with 0 when there is none, 7 when there is, 1 when it could not tell.
`;

const args = process.argv.slice(2);
try {
  const { values } = parseArgs({
    args,
    options: {
      stack: { type: "string", short: "s" },
      ignore: { type: "string" },
      markdown: { type: "string" },
      json: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    process.stdout.write(help);
  } else {
    const drift = await readDrift(chooseStack(args), parsePattern("--ignore", values.ignore));
    process.stdout.write(`${renderTable(drift)}\n`);
    if (values.markdown !== undefined) writeReport("--markdown", values.markdown, renderMarkdown(drift));
    if (values.json !== undefined) writeReport("--json", values.json, `${JSON.stringify(drift, null, 2)}\n`);
    process.exitCode = drift.errors.length > 0 ? 1 : drift.differences.length > 0 ? 7 : 0;
  }
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
