import Table from "cli-table3";
import { maskSecrets } from "../../machine/secrets.ts";
import { paint } from "../../machine/terminal.ts";
import type { Review } from "./findings.ts";
import { renderReviewFile } from "./markdown.ts";
import { type Row, rowsOf, settingRowsOf, textsOf } from "./rows.ts";
import { describeSetting } from "./setting-wording.ts";
import { describeChange, describeMessage, describeVerdict } from "./wording.ts";

/** Safe changes beyond this many are counted, not listed. */
const safeRows = 40;

const colours = {
  "data loss": "red",
  weakened: "red",
  caution: "yellow",
  safe: "green",
  failed: "red",
} as const;

/** Whether the changes of a topic are listed; the verdict applies to all topics. */
type IsListed = (topic: string) => boolean;

/**
 * Renders a review for a terminal: a row for each change, worst first, then the verdict.
 * @param columns the width of the terminal
 */
export function renderTable(
  review: Review,
  { columns, isVerbose, isListed }: { columns: number; isVerbose: boolean; isListed: IsListed },
): string {
  const worded = wordReview(isVerbose ? review : summarizeRefusal(review), isListed);
  const rows = rowsOf(worded, isVerbose);
  const safe = rows.filter(({ risk }) => risk === "safe");
  const hidden = isVerbose ? 0 : Math.max(0, safe.length - safeRows);
  const listed = rows.slice(0, rows.length - hidden);
  return [
    ...renderRows("setting", settingRowsOf(worded), columns),
    ...renderRows("topic", listed, columns),
    ...(hidden > 0 ? [`and ${hidden} more safe changes; --verbose lists them.`] : []),
    paint(colours[review.verdict], worded.summary),
    ...textsOf(worded.warnings, isVerbose).map((warning) => `${paint("yellow", "warning")} ${warning}`),
    ...textsOf(worded.errors, isVerbose).map((error) => `${paint("red", "error")} ${error}`),
    `Review hash: ${review.hash}`,
  ].join("\n");
}

/** @param what the head of the second column */
function renderRows(what: string, rows: readonly Row[], columns: number): string[] {
  if (rows.length === 0) return [];
  const width = Math.min(Math.max(what.length, ...rows.map(({ subject }) => subject.length)), 60) + 2;
  const table = new Table({
    head: ["risk", what, "change"],
    // The borders need four columns.
    colWidths: [14, width, Math.max(40, columns - 14 - width - 4)],
    wordWrap: true,
    wrapOnWordBoundary: true,
    style: { head: [], border: [], compact: true },
  });
  // Before a secret is wrapped into two lines.
  for (const { risk, subject, change } of rows)
    table.push([paint(colours[risk], risk), maskSecrets(subject), maskSecrets(change)]);
  return [String(table)];
}

/** Renders a review as Markdown, for a comment on a pull request. */
export function renderMarkdown(review: Review, isListed: IsListed): string {
  return renderReviewFile(wordReview(review, isListed));
}

/** Renders a review as JSON: the code, the data and the message of every finding. */
export function renderJson(review: Review, isListed: IsListed): string {
  return `${JSON.stringify(wordReview(review, isListed), null, 2)}\n`;
}

/** Describes every finding of a review. */
function wordReview(review: Review, isListed: IsListed) {
  const { stack, hash, verdict, base, settings, changes, losses, errors, warnings } = review;
  const word = (message: Review["errors"][number]) => ({
    ...message,
    message: describeMessage(message, stack),
  });
  return {
    version: 1 as const,
    stack,
    hash,
    verdict,
    summary: describeVerdict(review),
    ...(base !== undefined && { base }),
    settings: settings
      .filter(({ topic }) => topic === undefined || isListed(topic))
      .map((setting) => ({ ...setting, what: describeSetting(setting) })),
    changes: changes
      .filter(({ topic }) => isListed(topic))
      .map((change) => ({ ...change, what: describeChange(change) })),
    losses,
    errors: errors.map(word),
    warnings: warnings.map(word),
  };
}

/** Shows the program's findings as a preview does: sorted by file, and once if many topics share them. */
function summarizeRefusal(review: Review): Review {
  const { refusal, errors } = review;
  if (refusal === undefined) return review;
  const others = errors.filter((error) => !("message" in error));
  return { ...review, errors: [...others, { code: "ENGINE_ERROR", observed: refusal }] };
}
