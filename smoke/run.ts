import { exitCodes, runCommand } from "../machine/command.ts";
import { watchInterrupts } from "../machine/interrupts.ts";
import { outputOptions, writeOutputs } from "../machine/output.ts";
import { showProgress } from "../machine/progress.ts";
import { chooseStack } from "../pulumi/stack-name.ts";
import { renderAnnotations, renderMarkdown } from "./markdown.ts";
import type { SentRecord } from "./produce.ts";
import type { Results } from "./result.ts";
import { defaultTimeoutSeconds, runSuite } from "./suite.ts";
import { renderTable } from "./table.ts";

// The first Ctrl-C ends the run with the results so far, and the run still cleans up.
const { signal, exitCode: interruptedWith } = watchInterrupts();

await runCommand({
  help: `Usage: npm run smoke -- [--stack NAME] [--dry-run | --undeclared] [--topic GLOB]... [--exclude GLOB]...
                        [--timeout SECONDS] [--verbose] [--json [FILE]] [--markdown [FILE]]

Checks each topic that the stack deployed: its definition, leaders and replicas, and whether each of its partitions
accepts a JSON record and returns it.

  --stack NAME       the stack, else PULUMI_STACK, else dev
  --dry-run          writes nothing, whatever the topics' smoke mode: checks whether each partition would accept a
                     record, and reads its newest one; needs no consumer group
  --undeclared       makes a dry run of the topics on the cluster that the catalogue does not declare for any stack,
                     instead of the stack's own
  --topic GLOB       only topics whose name matches; * stands for any characters; can be repeated
  --exclude GLOB     excludes topics whose name matches; can be repeated
  --timeout SECONDS  the run ends by then, with a result for every topic (${defaultTimeoutSeconds})
  --verbose          also lists each record that came back, and every topic where many fail for the same reason
  --json [FILE]      prints the results as JSON, or writes them to a file; the same as smoke-report/results.json
  --markdown [FILE]  prints a summary, or writes it to a file; the same as smoke-report/summary.md

Writes smoke-report/: junit.xml, results.json, summary.md, report.html. --dry-run and --undeclared do not.
Exits with 0 when no topic fails, with 2 when one does, and with 1 when the suite could not run.
`,
  options: {
    stack: { type: "string", short: "s" },
    "dry-run": { type: "boolean" },
    undeclared: { type: "boolean" },
    topic: { type: "string", multiple: true },
    exclude: { type: "string", multiple: true },
    timeout: { type: "string", default: String(defaultTimeoutSeconds) },
    verbose: { type: "boolean" },
    ...outputOptions,
  },
  outputs: ["json", "markdown"],
  onError: () => {
    showProgress("");
    process.stderr.write("The smoke suite could not run.\n");
  },
  run: async (values) => {
    const seconds = Number(values.timeout);
    if (!(seconds >= 5 && seconds <= 86_400))
      throw new Error(`--timeout: given ${values.timeout}, allowed: seconds, from 5 to 86400`);
    if (values["dry-run"] && values.undeclared)
      throw new Error(
        "--undeclared: given with --dry-run, allowed: one of them; --undeclared is always a dry run",
      );
    const { results, records, unmatched, reportProblems } = await runSuite(chooseStack(values.stack), {
      dryRun: values.undeclared ? "undeclared" : values["dry-run"] ? "deployed" : undefined,
      selection: { topic: values.topic, exclude: values.exclude },
      // Like `performance.now()`, counted from the start of the process.
      deadline: { at: seconds * 1000, signal },
      onProgress: (step) => showProgress(`smoke: ${step} ...`),
    });
    showProgress("");
    const isVerbose = values.verbose ?? false;
    const isWritten = writeOutputs(values, {
      text: () => `${isVerbose ? describeRecords(records) : ""}${renderTable(results, isVerbose)}`,
      json: () => `${JSON.stringify(results, null, 2)}\n`,
      markdown: () => renderMarkdown(results),
    });
    process.stderr.write(
      [...unmatched, ...results.leftovers, ...reportProblems].map((line) => `${line}\n`).join(""),
    );
    if (process.env.GITHUB_ACTIONS) process.stderr.write(renderAnnotations(results));
    if (results.topics.length === 0) {
      const why = values.undeclared
        ? "The catalogue declares every topic on the cluster that this principal may DESCRIBE"
        : "The stack has no topics";
      process.stderr.write(`${why}: nothing was checked.\n`);
    }
    return exitCodeOf(results) || (isWritten ? exitCodes.success : exitCodes.failure);
  },
});
process.exitCode = interruptedWith() ?? process.exitCode ?? 0;
// A kafkajs call that ran out of time would keep the process alive.
process.stdout.write("", () => process.exit());

function exitCodeOf({ totals }: Results): number {
  return totals.failed > 0 ? exitCodes.finding : exitCodes.success;
}

/** One line for each record: `orders:0:17 key=smoke-0 value={"orderId":"o-1"}`. */
function describeRecords(records: readonly SentRecord[]): string {
  return records
    .map(
      ({ topic, partition, offset, key, value }) =>
        `${topic}:${partition}:${offset} key=${key} value=${value}\n`,
    )
    .join("");
}
