import Table from "cli-table3";
import { countOf } from "../kafka/describe-value.ts";
import { paint } from "../machine/terminal.ts";
import { collectCauses } from "./causes.ts";
import type { Results, TopicResult } from "./result.ts";
import { describeRetries } from "./retries.ts";

/** Passed topics beyond this number are counted, not listed. */
const passedRows = 40;

const colours = { passed: "green", warning: "yellow", failed: "red", skipped: "gray" } as const;

/** Renders the results for a terminal: a row for each topic, then the cause of every check that did not pass. */
export function renderTable(results: Results, isVerbose = false): string {
  const { topics, totals, retries, durationMs } = results;
  const passed = topics.filter(({ verdict }) => verdict === "passed");
  const others = topics.filter(({ verdict }) => verdict !== "passed");
  const listed = [...passed.slice(0, passedRows), ...others];
  const table = new Table({
    head: ["", "topic", "partitions", "replicas", "records there and back", "median", "worst"],
    colAligns: ["left", "left", "right", "right", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const result of listed) {
    const { topic, partitions, replicationFactor, partitionResults, verdict } = result;
    const latencies = latenciesOf(result);
    table.push([
      paint(colours[verdict], verdict),
      topic,
      partitions,
      replicationFactor,
      // Partitions that were added by hand get a record too.
      result.mode === "produce"
        ? `${latencies.length} of ${partitionResults.length || partitions}`
        : result.mode === "dry-run"
          ? describeDryRun(result)
          : `- (${result.mode})`,
      describeMs(median(latencies)),
      describeMs(latencies.at(-1)),
    ]);
  }
  const more = passed.length > passedRows ? [`and ${passed.length - passedRows} more that passed.`] : [];
  const counts = (["passed", "warning", "failed", "skipped"] as const)
    .filter((verdict) => totals[verdict] > 0)
    .map((verdict) => paint(colours[verdict], `${totals[verdict]} ${verdict}`));
  const seconds = (durationMs / 1000).toFixed(1);
  const records = `${describeTotals(results)} in ${seconds} s`;
  const summary = [counts.join(", ") || "no topics", records, ...describeRetries(retries)].join("; ");
  return [String(table), ...more, ...describeCauses(others, isVerbose), `${summary}.`].join("\n");
}

/** `6 records there and back`, and `dry run of 3000 partitions` if there was one. */
export function describeTotals({
  totals: { records, dryRuns },
  topics,
}: Pick<Results, "totals" | "topics">): string {
  const isDry = topics.some(({ mode }) => mode === "dry-run");
  const parts = [
    ...(records > 0 || !isDry ? [`${countOf(records, "record")} there and back`] : []),
    ...(isDry ? [`dry run of ${countOf(dryRuns, "partition")}`] : []),
  ];
  return parts.join(", ");
}

/** `dry run: 3 of 3, 1 empty`: how many partitions passed it, and how many of these have no record. */
export function describeDryRun({ partitions, partitionResults }: TopicResult): string {
  const passed = partitionResults.flatMap(({ newest }) => newest ?? []);
  const empty = passed.filter((newest) => newest === "empty").length;
  return `dry run: ${passed.length} of ${partitionResults.length || partitions}${empty > 0 ? `, ${empty} empty` : ""}`;
}

/** One line for each check that did not pass: `orders: in-sync replicas: why, evidence. What to do.` */
function describeCauses(topics: readonly TopicResult[], isVerbose: boolean): string[] {
  const causes = collectCauses(topics, isVerbose);
  // Failures first.
  return causes
    .sort((a, b) => (a.verdict < b.verdict ? -1 : 1))
    .map(
      ({ topics, name, verdict, cause }) =>
        `${paint(colours[verdict], verdict)} ${topics}: ${name}: ${cause}`,
    );
}

/** End-to-end latencies in ms, ascending. */
export function latenciesOf({ partitionResults }: TopicResult): number[] {
  return partitionResults.flatMap(({ endToEndMs }) => endToEndMs ?? []).sort((a, b) => a - b);
}

export function median(sorted: readonly number[]): number | undefined {
  const middle = (sorted.length - 1) / 2;
  const [below, above] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return below === undefined || above === undefined ? undefined : (below + above) / 2;
}

export function describeMs(ms: number | undefined): string {
  return ms === undefined ? "-" : `${Math.round(ms)} ms`;
}
