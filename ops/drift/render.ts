import { styleText } from "node:util";
import Table from "cli-table3";
import { countOf } from "../../kafka/describe-value.ts";
import { escapeMarkdown } from "../../machine/markdown.ts";
import { renderMessages } from "../markdown.ts";
import type { Difference, Drift } from "./drift.ts";

/** A comment or an issue has room for about so many. */
const mostRows = 200;

/** For a terminal: a row for each difference, then what could not be told, then the sum. */
export function renderTable(drift: Drift): string {
  const table = new Table({
    head: ["topic", "difference", "expected", "observed"],
    style: { head: [], border: [], compact: true },
  });
  for (const difference of drift.differences) {
    table.push([difference.topic, titleOf(difference), difference.expected, difference.observed]);
  }
  return [
    ...(drift.differences.length > 0 ? [String(table)] : []),
    ...drift.errors.map((error) => `${styleText("red", "error")} ${error}`),
    styleText(
      drift.errors.length > 0 ? "red" : drift.differences.length > 0 ? "yellow" : "green",
      describe(drift),
    ),
  ].join("\n");
}

/** For an issue or a pull request. */
export function renderMarkdown(drift: Drift): string {
  const { stack, differences, errors } = drift;
  const rows = differences.slice(0, mostRows).map((difference) => {
    const cells = [difference.topic, titleOf(difference), difference.expected, difference.observed];
    return `| ${cells.map(escapeMarkdown).join(" | ")} |`;
  });
  const more = differences.length > mostRows ? ["", `and ${differences.length - mostRows} more.`] : [];
  return [
    `## Drift of stack ${escapeMarkdown(stack)}`,
    "",
    escapeMarkdown(describe(drift)),
    ...(rows.length > 0
      ? ["", "| topic | difference | expected | observed |", "|---|---|---|---|", ...rows, ...more]
      : []),
    ...renderMessages("What could not be told", errors),
    "",
  ].join("\n");
}

function titleOf({ kind, key }: Difference): string {
  return key ? `${kind}: ${key}` : kind;
}

function describe({ stack, topics, differences, errors }: Drift): string {
  if (errors.length > 0)
    return `Stack ${stack}: whether there is drift could not be told${topics > 0 ? " for all of it" : ""}.`;
  if (differences.length === 0) return `Stack ${stack}: no drift in ${countOf(topics, "topic")}.`;
  const touched = new Set(differences.map(({ topic }) => topic)).size;
  return `Stack ${stack}: ${countOf(differences.length, "difference")} in ${countOf(touched, "topic")}.`;
}
