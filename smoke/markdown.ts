import { escapeCell, escapeMarkdown } from "../machine/markdown.ts";
import { own } from "../machine/terminal.ts";
import { collectCauses } from "./causes.ts";
import type { Check, Results, TopicResult } from "./result.ts";
import { describeRetries } from "./retries.ts";
import { describeDryRun, describeMs, describeTotals, latenciesOf, median } from "./table.ts";

/** CI systems truncate a summary of more than about 1 MB, so a long one does not list all passed topics. */
const passedRows = 500;

/** `summary.md`, for a CI job's summary: totals, the causes of failures and warnings, then every topic. */
export function renderMarkdown(results: Results): string {
  const { stack, run, topics, totals, durationMs, retries, leftovers } = results;
  const verdict = totals.failed > 0 ? "failed" : totals.warning > 0 ? "passed with warnings" : "passed";
  const counts = `${totals.passed} passed, ${totals.warning} with warnings, ${totals.failed} failed, ${totals.skipped} skipped`;
  const records = `${describeTotals(results)} in ${(durationMs / 1000).toFixed(1)} s (\`${run}\`)`;
  const passed = topics.filter((topic) => topic.verdict === "passed");
  const others = topics.filter((topic) => topic.verdict !== "passed");
  return [
    `## Smoke suite of stack ${escapeMarkdown(stack)}: ${verdict}`,
    "",
    `${[counts, records, ...describeRetries(retries)].join("; ")}.`,
    ...leftovers.map((line) => `\n${escapeMarkdown(line)}`),
    ...causes("Failures", others, "failed"),
    ...causes("Warnings", others, "warning"),
    "",
    "| topic | verdict | partitions | replicas | records | median | worst |",
    "|---|---|--:|--:|--:|--:|--:|",
    ...[...others, ...passed.slice(0, passedRows)].map(row),
    ...(passed.length > passedRows ? ["", `and ${passed.length - passedRows} more that passed.`] : []),
    "",
  ].join("\n");
}

function causes(title: string, topics: readonly TopicResult[], verdict: Check["verdict"]): string[] {
  const lines = collectCauses(topics, false)
    .filter((one) => one.verdict === verdict)
    .map(
      ({ topics, name, cause }) => `- **${escapeMarkdown(topics)}**: ${escapeMarkdown(`${name}: ${cause}`)}`,
    );
  return lines.length > 0 ? ["", `### ${title}`, "", ...lines] : [];
}

function row(result: TopicResult): string {
  const { topic, verdict, partitions, replicationFactor, mode, reason } = result;
  const latencies = latenciesOf(result);
  const records = {
    produce: `${latencies.length} of ${partitions}`,
    "dry-run": describeDryRun(result),
    metadata: mode,
    off: reason ?? mode,
  }[mode];
  const latency = [median(latencies), latencies.at(-1)].map(describeMs);
  const cells = [escapeCell(topic), verdict, partitions, replicationFactor, escapeCell(records), ...latency];
  return `| ${cells.join(" | ")} |`;
}

/**
 * GitHub Actions annotations, failures first, because GitHub shows only ten of each kind. Vitest's own reporter writes
 * none for an error without a line of code to point to.
 */
export function renderAnnotations({ topics }: Results): string {
  const commands = { failed: "error", warning: "warning" } as const;
  return (["failed", "warning"] as const)
    .flatMap((verdict) =>
      topics.flatMap(({ topic, checks }) =>
        checks
          .filter((check) => check.verdict === verdict)
          .map(
            ({ name, cause = "" }) =>
              `${own(`::${commands[verdict]} `)}title=${escapeProperty(`${topic} ${name}`)}::${escapeCommand(cause)}\n`,
          ),
      ),
    )
    .join("");
}

function escapeCommand(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** These two end a property of a command. */
function escapeProperty(text: string): string {
  return escapeCommand(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
