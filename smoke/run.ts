import { constants } from "node:os";
import { parseArgs } from "node:util";
import { chooseStack } from "../pulumi/stack-name.ts";
import { renderAnnotations } from "./markdown.ts";
import type { SentRecord } from "./produce.ts";
import { defaultTimeoutSeconds, runSuite } from "./suite.ts";
import { renderTable } from "./table.ts";

const help = `Usage: npm run smoke -- [--stack NAME] [--topic PATTERN] [--timeout SECONDS] [--verbose | --json]

Checks every topic that the stack deployed: as declared, led and replicated, and one JSON record to each of its
partitions and back.

  --stack NAME       the stack, else PULUMI_STACK, else dev
  --topic PATTERN    only these topics; * stands for any letters
  --timeout SECONDS  the run ends by then, with a result for every topic (${defaultTimeoutSeconds})
  --verbose          also a line for each record that came back
  --json             the results on standard output, for machines; the same as smoke-report/results.json

Writes smoke-report/: junit.xml, results.json, summary.md, report.html.
Exits with 0 when no topic fails, 1 when one does, 2 when the suite could not run.
`;

const args = process.argv.slice(2);
const { signal, exitCode } = watchInterrupts();
try {
  const { values } = parseArgs({
    args,
    options: {
      stack: { type: "string", short: "s" },
      topic: { type: "string" },
      timeout: { type: "string", default: String(defaultTimeoutSeconds) },
      verbose: { type: "boolean" },
      json: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    process.stdout.write(help);
  } else {
    const seconds = Number(values.timeout);
    if (!(seconds >= 5 && seconds <= 86_400)) {
      throw new Error(`--timeout: given ${values.timeout}, allowed: seconds, from 5 to 86400`);
    }
    // Of the process, which has started before this line.
    const limit = { deadline: seconds * 1000, signal };
    const suite = runSuite(chooseStack(args), { pattern: values.topic, limit, onProgress: showProgress });
    const { results, records, reportProblems } = await suite;
    showProgress("");
    if (values.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
    else process.stdout.write(`${values.verbose ? describeRecords(records) : ""}${renderTable(results)}\n`);
    process.stderr.write(results.leftovers.map((line) => `${line}\n`).join(""));
    if (process.env.GITHUB_ACTIONS) process.stderr.write(renderAnnotations(results));
    process.stderr.write(reportProblems.map((line) => `${line}\n`).join(""));
    if (results.topics.length === 0) process.stderr.write("The stack has no topics: nothing was checked.\n");
    process.exitCode = exitCode() ?? (results.totals.failed > 0 ? 1 : 0);
  }
} catch (error) {
  showProgress("");
  process.stderr.write(`The smoke suite could not run.\n${(error as Error).message}\n`);
  process.exitCode = exitCode() ?? 2;
}
// A call of kafkajs's that ran out of time would keep the process.
process.stdout.write("", () => process.exit());

/** The first Ctrl-C ends the run in good order, with what is known so far and nothing left behind; another at once. */
function watchInterrupts(): { signal: AbortSignal; exitCode: () => number | undefined } {
  const controller = new AbortController();
  let exitCode: number | undefined;
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (exitCode !== undefined) process.exit(exitCode);
      exitCode = 128 + constants.signals[name];
      controller.abort();
    });
  }
  return { signal: controller.signal, exitCode: () => exitCode };
}

/** One line that is written over, in a terminal; a CI log is spared. */
function showProgress(step: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${step && `smoke: ${step} ...`}`);
}

/** `orders:0:17 key=smoke-0 value={"orderId":"o-1"}` for each. */
function describeRecords(records: readonly SentRecord[]): string {
  return records
    .map(
      ({ topic, partition, offset, key, value }) =>
        `${topic}:${partition}:${offset} key=${key} value=${value}\n`,
    )
    .join("");
}
