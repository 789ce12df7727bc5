import { escapeCell, escapeMarkdown } from "../../machine/markdown.ts";
import { renderMessages } from "../markdown.ts";
import type { ReviewFile } from "./review-file.ts";
import { type Row, rowsOf, settingRowsOf, textsOf } from "./rows.ts";

/** A comment has at most 65,536 characters, and a row up to 500. */
const markdownRows = 100;
const markdownSettings = 20;

const titles = {
  "data loss": "data loss",
  weakened: "weakened protection",
  caution: "caution",
  safe: "safe",
  failed: "the update would fail",
};
// A narrow column breaks no mark in two.
const marks = {
  "data loss": "🔴\u00a0data\u00a0loss",
  weakened: "🔴\u00a0weakened",
  caution: "🟡\u00a0caution",
  safe: "🟢\u00a0safe",
};

/** Renders the JSON of a review as Markdown, for a comment on a pull request. Nothing in it can be markup. */
export function renderReviewFile(review: ReviewFile): string {
  const { stack, verdict, changes, settings, base, summary, errors, warnings, hash } = review;
  const isUnchanged = changes.length + settings.length === 0 && verdict === "safe";
  const title = isUnchanged ? "no changes" : titles[verdict];
  const compared = `setting, compared with ${base === undefined ? "the last deployment" : escapeCell(base)}`;
  return [
    `## Review of stack ${escapeMarkdown(stack)}: ${title}`,
    "",
    escapeMarkdown(summary),
    ...renderRows(compared, settingRowsOf(review), markdownSettings),
    ...renderRows("topic", rowsOf(review, false), markdownRows),
    ...renderMessages("Why the update would fail", textsOf(errors, false)),
    ...renderMessages("Warnings", textsOf(warnings, false)),
    "",
    `Review hash: \`${hash}\``,
    "",
  ].join("\n");
}

/** @param what the head of the second column */
function renderRows(what: string, all: readonly Row[], most: number): string[] {
  if (all.length === 0) return [];
  const rows = all
    .slice(0, most)
    .map(
      ({ risk, subject, change }) => `| ${marks[risk]} | ${escapeCell(subject)} | ${escapeCell(change)} |`,
    );
  const more = all.length > most ? ["", `and ${all.length - most} more changes.`] : [];
  return ["", `| risk | ${what} | change |`, "|---|---|---|", ...rows, ...more];
}
