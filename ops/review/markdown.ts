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
    ...section("Why it would fail", errors),
    ...section("Warnings", warnings),
    "",
  ].join("\n");
}

function section(title: string, messages: readonly string[]): string[] {
  // As it was said, with its lines: a fence that no message closes.
  return messages.length > 0 ? ["", `### ${title}`, "", "````text", ...messages, "````"] : [];
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\|*_`<>[\]]/g, "\\$&").replaceAll("\n", " ");
}
