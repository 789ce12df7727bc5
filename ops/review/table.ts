import { styleText } from "node:util";
import Table from "cli-table3";
import type { Review } from "./change.ts";

/** Safe changes beyond this many are counted, not listed. */
const safeRows = 40;
const colours = { "records lost": "red", care: "yellow", safe: "green", failed: "red" } as const;

/**
 * A review for a terminal: a row for each change, worst first, then the verdict.
 * @param columns of the terminal
 */
export function renderTable(review: Review, columns: number): string {
  const { changes, errors, warnings } = review;
  const safe = changes.filter(({ risk }) => risk === "safe");
  const listed = [...changes.filter(({ risk }) => risk !== "safe"), ...safe.slice(0, safeRows)];
  const topicWidth = Math.min(Math.max(5, ...listed.map(({ topic }) => topic.length)), 60) + 2;
  const table = new Table({
    head: ["risk", "topic", "change"],
    // The borders take four.
    colWidths: [14, topicWidth, Math.max(40, columns - 14 - topicWidth - 4)],
    wordWrap: true,
    wrapOnWordBoundary: true,
    style: { head: [], border: [], compact: true },
  });
  for (const { risk, topic, what } of listed) table.push([styleText(colours[risk], risk), topic, what]);
  return [
    ...(listed.length > 0 ? [String(table)] : []),
    ...(safe.length > safeRows ? [`and ${safe.length - safeRows} more that are safe.`] : []),
    styleText(colours[review.verdict], describeVerdict(review)),
    ...warnings.map((warning) => `${styleText("yellow", "warning")} ${warning}`),
    ...errors.map((error) => `${styleText("red", "error")} ${error}`),
  ].join("\n");
}

/** The verdict in a sentence or two, with what to do. */
export function describeVerdict({ stack, verdict, changes, losses, errors }: Review): string {
  const open = losses.filter(({ allowed }) => !allowed).map(({ topic }) => topic);
  const names = losses.map(({ topic }) => topic);
  const lost =
    names.length === 1
      ? `Topic ${names[0]} would lose records.`
      : `${names.length} topics would lose records: ${listNames(names)}.`;
  const failed = errors.length > 0 ? "The update would fail: see below. " : "";
  const list = open.length > mostNames ? "followed by their names" : open.join(",");
  if (open.length > 0) return `${failed}${lost} If that is meant: --allow-data-loss ${list}`;
  if (losses.length > 0) return `${failed}${lost} It is allowed.`;
  if (verdict === "failed" && changes.length === 0)
    return `Stack ${stack}: there is nothing to review: see below.`;
  if (verdict === "failed") return `${failed}Nothing can be said of what else it would do.`;
  if (changes.length === 0) return `Stack ${stack}: no changes.`;
  const care = changes.filter(({ risk }) => risk === "care").length;
  if (care > 0)
    return `Nothing here is known to lose records; ${care} of ${changes.length} changes want care.`;
  return changes.length === 1 ? "The change is safe." : `All ${changes.length} changes are safe.`;
}

/** More names would hide the sentence that they stand in; the table has them all. */
const mostNames = 10;

function listNames(names: readonly string[]): string {
  const more = names.length - mostNames;
  return more > 0 ? `${names.slice(0, mostNames).join(", ")} and ${more} others` : names.join(", ");
}
