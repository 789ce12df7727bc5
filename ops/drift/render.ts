import Table from "cli-table3";
import { describeMoves } from "../../kafka/moving-topics.ts";
import { generalize, groupTopics } from "../../kafka/topic-groups.ts";
import { escapeCell, escapeMarkdown } from "../../machine/markdown.ts";
import { paint } from "../../machine/terminal.ts";
import { renderMessages } from "../markdown.ts";
import type { Drift } from "./findings.ts";
import { describeDifference, describeDrift, describeGap } from "./wording.ts";

/** An issue has space for about this many rows. */
const mostRows = 200;

const head = ["topic", "difference", "expected", "observed"];

/** Renders drift for a terminal: a row for each difference, then the moves and what could not be compared, then the result. */
export function renderTable(drift: Drift, isVerbose: boolean): string {
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  for (const row of rowsOf(drift, isVerbose)) table.push(row);
  const colour = drift.gaps.length > 0 ? "red" : drift.isDrifted ? "yellow" : "green";
  return [
    ...(drift.differences.length > 0 ? [String(table)] : []),
    ...movesOf(drift, isVerbose).map((move) => `${paint("yellow", "warning")} ${move}`),
    ...gapsOf(drift, isVerbose).map((gap) => `${paint("red", "error")} ${gap}`),
    paint(colour, describeDrift(drift)),
  ].join("\n");
}

/** Renders drift as Markdown, for an issue or a pull request. */
export function renderMarkdown(drift: Drift): string {
  const rows = rowsOf(drift, false);
  const listed = rows
    .slice(0, mostRows)
    .map((cells) => `| ${cells.map((cell) => escapeCell(cell)).join(" | ")} |`);
  const more = rows.length > mostRows ? ["", `and ${rows.length - mostRows} more.`] : [];
  const table = ["", `| ${head.join(" | ")} |`, `|${"---|".repeat(head.length)}`, ...listed, ...more];
  return [
    `## Drift of stack ${escapeMarkdown(drift.stack)}`,
    "",
    escapeMarkdown(describeDrift(drift)),
    ...(rows.length > 0 ? table : []),
    ...renderMessages("What is moving", movesOf(drift, false)),
    ...renderMessages("What could not be compared", gapsOf(drift, false)),
    "",
  ].join("\n");
}

/** Renders drift as JSON: the code, the data and the message of every difference, move and gap. */
export function renderJson(drift: Drift): string {
  const { stack, topics, differences, moves, gaps, leftOut, ignored, isDrifted } = drift;
  const json = {
    version: 1,
    stack,
    topics,
    leftOut,
    ignored,
    isDrifted,
    differences: differences.map((found) => ({ ...found, message: describeDifference(found).what })),
    warnings: moves.map((found) => ({ ...found, message: describeMoves(found.observed) })),
    errors: gaps.map((gap) => ({ ...gap, message: describeGap(gap, stack) })),
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

/** Describes gaps; topics with the same gap share a line. */
function gapsOf({ gaps, stack }: Drift, isVerbose: boolean): string[] {
  const described = gaps.map((gap) => ({
    topic: "topic" in gap ? gap.topic : "",
    text: describeGap(gap, stack),
  }));
  const general = described.filter(({ topic }) => topic === "").map(({ text }) => text);
  const own = described.filter(({ topic }) => topic !== "");
  const groups = groupTopics(own, ({ topic, text }) => [generalize(text, topic)], isVerbose);
  return [...general, ...groups.map(({ topics, first, word }) => `${topics}: ${word(first.text)}`)];
}

/** Describes the moves of each topic; for many topics, those of the first. */
function movesOf({ moves }: Drift, isVerbose: boolean): string[] {
  return groupTopics(moves, ({ code }) => [code], isVerbose).map(({ topics, first, names }) => {
    const described = `${first.topic}: ${describeMoves(first.observed)}.`;
    return names.length > 1 ? `${topics}; for example ${described}` : described;
  });
}

/** Describes differences; topics with the same difference share a row. */
function rowsOf({ differences }: Drift, isVerbose: boolean): string[][] {
  const described = differences.map((found) => ({ ...found, ...describeDifference(found) }));
  return groupTopics(described, ({ what, expected, observed }) => [what, expected, observed], isVerbose).map(
    ({ topics, first: { what, expected, observed } }) => [topics, what, expected, observed],
  );
}
