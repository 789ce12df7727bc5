import { escapeMarkdown } from "../../machine/markdown.ts";
import { renderMessages } from "../markdown.ts";
import type { Review } from "./change.ts";
import { describeVerdict } from "./table.ts";

/** A comment may have 65,536 characters; a row has up to 500. */
const mostRows = 100;

const titles = {
  "records lost": "records would be lost",
  care: "care",
  safe: "safe",
  failed: "it would fail",
};
const marks = { "records lost": "🔴 records lost", care: "🟡 care", safe: "🟢 safe" };

/** A review as a comment on a pull request. */
export function renderMarkdown(review: Review): string {
  const { stack, verdict, changes, errors, warnings } = review;
  const title = changes.length === 0 && verdict === "safe" ? "no changes" : titles[verdict];
  const rows = changes
    .slice(0, mostRows)
    .map(
      ({ risk, topic, what }) => `| ${marks[risk]} | ${escapeMarkdown(topic)} | ${escapeMarkdown(what)} |`,
    );
  const more = changes.length > mostRows ? ["", `and ${changes.length - mostRows} more changes.`] : [];
  return [
    `## Review of stack ${escapeMarkdown(stack)}: ${title}`,
    "",
    escapeMarkdown(describeVerdict(review)),
    ...(rows.length > 0 ? ["", "| risk | topic | change |", "|---|---|---|", ...rows, ...more] : []),
    ...renderMessages("Why it would fail", errors),
    ...renderMessages("Warnings", warnings),
    "",
  ].join("\n");
}
