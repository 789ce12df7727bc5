import Table from "cli-table3";
import type { Results } from "./report.ts";

/** The smoke suite's results as a table: what flowed through each topic, and how fast. */
export function describeResults({ topics }: Results): string {
  const table = new Table({
    head: ["topic", "partitions", "replication factor", "records there and back", "median", "worst"],
    colAligns: ["left", "right", "right", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const { topic, partitions, replicationFactor, records } of topics) {
    const latencies = records
      .map(({ acknowledgedMs, readMs }) => acknowledgedMs + readMs)
      .sort((a, b) => a - b);
    table.push([
      topic,
      partitions,
      replicationFactor,
      `${records.length} of ${partitions}`,
      describeMs(median(latencies)),
      describeMs(latencies.at(-1)),
    ]);
  }
  return `\nLatency is from sending all records, in one batch, until a record was read back.\n${table}\n`;
}

function median(sorted: readonly number[]): number | undefined {
  const middle = (sorted.length - 1) / 2;
  const [below, above] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return below === undefined || above === undefined ? undefined : (below + above) / 2;
}

function describeMs(ms: number | undefined): string {
  return ms === undefined ? "-" : `${Math.round(ms)} ms`;
}
