import { type Outcome, operations } from "./operations.ts";

/** Renders a Markdown table: for each operation and version of Kafka, whether it succeeded and how many seconds it took. */
export function renderTable(results: ReadonlyMap<string, readonly Outcome[]>): string {
  const versions = [...results.keys()];
  const rows = operations.map(({ title }) => [
    title,
    ...versions.map((version) => renderCell(results.get(version)?.find((one) => one.title === title))),
  ]);
  return [
    ["operation", ...versions.map((version) => `Kafka ${version}`)],
    ["---", ...versions.map(() => "--:")],
    ...rows,
  ]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

function renderCell(outcome: Outcome | undefined): string {
  if (!outcome) return "not run";
  const seconds = `${(outcome.durationMs / 1000).toFixed(1)} s`;
  return `${outcome.failure === undefined ? "ok" : "**failed**"}, ${seconds}`;
}
