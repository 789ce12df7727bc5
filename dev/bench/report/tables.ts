import type { Column, Machine, Operation, Results } from "../results.ts";
import { summarize } from "../statistics.ts";
import { formatCount, formatRatio, formatSeconds, formatSummary, formatValue } from "./format.ts";
import { findCell, ratioOf, secondsOf, sizesOf } from "./lookup.ts";
import { checkTargets, isMet } from "./targets.ts";

/** What each operation is compared with, as the tables word it. */
const comparisons: readonly {
  readonly operation: Operation;
  readonly column: Column;
  readonly to?: Operation;
  readonly words: string;
}[] = [
  { operation: "preview unchanged", column: "smallest program", words: "the smallest Pulumi program" },
  { operation: "preview unchanged", column: "Terraform", words: "Terraform's plan" },
  { operation: "preview all new", column: "smallest program", words: "the smallest Pulumi program" },
  { operation: "preview all new", column: "Terraform", words: "Terraform's plan" },
  {
    operation: "review",
    column: "this program",
    to: "preview all new",
    words: "the preview that it contains",
  },
  { operation: "up all new", column: "smallest program", words: "the smallest Pulumi program" },
  { operation: "up all new", column: "Terraform", words: "Terraform's apply" },
  { operation: "up all new", column: "batch create", words: "Kafka's batch create" },
  { operation: "up unchanged", column: "smallest program", words: "the smallest Pulumi program" },
  { operation: "up unchanged", column: "Terraform", words: "Terraform's apply" },
  { operation: "smoke", column: "bare protocol", words: "the bare protocol" },
  { operation: "smoke", column: "dry run", words: "its dry run" },
  { operation: "smoke", column: "group per topic", words: "a consumer group for each topic" },
  { operation: "drift", column: "bare protocol", words: "two bare requests" },
  { operation: "adopt", column: "bare protocol", words: "two bare requests" },
];

/** Renders the ratio of each of this program's operations to what it is compared with. */
export function renderRatios(results: Results): string {
  const sizes = sizesOf(results);
  const rows = comparisons.flatMap(({ operation, column, to, words }) => {
    const ratios = sizes.map((topics) =>
      formatRatio(ratioOf(results, operation, topics, { column, ...(to && { operation: to }) })),
    );
    return ratios.some(Boolean) ? [[operation, words, ...ratios]] : [];
  });
  return renderTable(["operation", "next to", ...sizes.map((size) => `${formatCount(size)} topics`)], rows);
}

/** Renders the median and range of each operation and column, and the memory at the largest number of topics. */
export function renderTimes(results: Results): string {
  const sizes = sizesOf(results);
  const most = sizes.at(-1) ?? 0;
  const pairs = new Map(
    results.cells.map(({ operation, column }) => [`${operation} ${column}`, { operation, column }]),
  );
  const rows = [...pairs.values()].map(({ operation, column }) => {
    const times = sizes.map((topics) => formatSummary(secondsOf(results, operation, column, topics)));
    const { largestProcessMiB = [], treeMiB = [] } = findCell(results, operation, column, most) ?? {};
    const memory = [largestProcessMiB, treeMiB].map((values) =>
      values.length > 0 ? `${summarize(values).median.toFixed(0)} MiB` : "",
    );
    return [operation, column, ...times, ...memory];
  });
  const measured = rows.filter((row) => row.slice(2).some(Boolean));
  const heads = sizes.map((size) => `${formatCount(size)} topics`);
  return renderTable(["operation", "of", ...heads, "largest process", "all processes"], measured);
}

/** Finds the operations that are measured with only one number of topics. */
export function singlesOf({ cells }: Pick<Results, "cells">): Results["cells"] {
  return cells.filter(
    ({ operation }) => operation === "start unchanged" || operation === "up of real topics",
  );
}

/** Renders the operations that are measured with a single number of topics. */
export function renderSingles(results: Results): string {
  const rows = singlesOf(results).map(({ operation, column, topics, durationsMs }) => {
    const seconds = summarize(durationsMs.map((ms) => ms / 1000));
    return [operation, column, formatCount(topics), formatSummary(seconds)];
  });
  return renderTable(["operation", "of", "topics", "median (range)"], rows);
}

/** Renders what more topics cost a broker. */
export function renderLoads({ loads }: Pick<Results, "loads">): string {
  const rows = loads
    .toSorted(
      (a, b) =>
        a.replicationFactor - b.replicationFactor || a.partitions - b.partitions || a.topics - b.topics,
    )
    .map((load) => [
      `${load.partitions} × ${load.replicationFactor}`,
      formatCount(load.topics),
      formatCount(summarize(load.producedPerSecond).median),
      summarize(load.producedMiBPerSecond).median.toFixed(1),
      `${formatCount(summarize(load.latencyMs99).median)} ms`,
      formatCount(Math.round(summarize(load.batchBytes).median)),
      formatCount(summarize(load.consumedPerSecond).median),
      summarize(load.consumedMiBPerSecond).median.toFixed(1),
      formatCount(load.openFiles),
      formatCount(load.memoryMaps),
      `${load.heapMiB} MiB`,
      formatSeconds(load.restartMs / 1000),
    ]);
  return renderTable(
    [
      ...["partitions × replicas", "topics", "records/s in", "MiB/s in", "p99", "batch, bytes"],
      ...["records/s out", "MiB/s out", "open files", "memory maps", "heap", "restart"],
    ],
    rows,
  );
}

/** Renders each target with what was measured. */
export function renderTargets(results: Results): string {
  const rows = checkTargets(results).map((target) => {
    const { name, most, unit, observed } = target;
    const verdicts = { true: "met", false: "missed", undefined: "not measured" };
    return [
      name,
      `at most ${formatValue(most, unit)}`,
      observed === undefined ? "" : formatValue(observed, unit),
      verdicts[`${isMet(target)}`],
      observed === undefined ? "" : formatRatio(observed / most),
    ];
  });
  return renderTable(["target", "limit", "measured", "verdict", "of the limit"], rows);
}

/** Describes in one sentence on which machine the results were measured. */
export function describeMachine(machine: Machine): string {
  const { processor, cores, memoryGiB, system, node, java, pulumi, kafka, terraform, terraformParallelism } =
    machine;
  const parallelism = terraformParallelism ? ` with -parallelism=${terraformParallelism}` : "";
  const others = [`Node ${node}`, `Java ${java}`, `Pulumi ${pulumi}`, `Kafka ${kafka}`];
  if (terraform) others.push(`Terraform ${terraform}${parallelism}`);
  return `Measured on ${cores} cores (${processor}), ${memoryGiB} GiB, ${system}; ${others.join(", ")}.`;
}

/** Renders a Markdown table. Numbers are aligned to the right. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const isNumber = head.map((_, at) =>
    rows.every((row) => /^(|at most .*|[\d.,]+( .*)?)$/.test(row[at] ?? "")),
  );
  return [
    `| ${head.join(" | ")} |`,
    `|${isNumber.map((yes) => (yes ? "--:" : "---")).join("|")}|`,
    ...rows.map((row) => `| ${row.join(" | ")} |`),
  ].join("\n");
}
