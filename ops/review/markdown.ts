import { countOf } from "../../kafka/describe-value.ts";
import { escapeCell, escapeMarkdown } from "../../machine/markdown.ts";
import { renderMessages } from "../markdown.ts";
import type { ReviewFile } from "./review-file.ts";
import { type Row, rowsOf, settingRowsOf, textsOf } from "./rows.ts";

/**
 * A comment has at most 65,536 bytes, so each part has a share of them, and what the parts before it have left. Otherwise, a
 * long text of a pull request could cut off what comes after it.
 */
const shares = { summary: 18_000, settings: 14_000, topics: 14_000, errors: 10_000, warnings: 8_000 };
/** More rows of one table would be unreadable. */
const mostRows = 100;
/** In characters. Up to three names of topics, a key, and the description of a change, which contains two values. */
const [longestNames, longestKey, longestChange] = [800, 100, 400];

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
  const compared = `setting, compared with ${base === undefined ? "the last deployment" : escapeCell(base, longestKey)}`;
  const { code = [], others = [] } = Object.groupBy(warnings, (warning) =>
    warning.code === "CODE_NOT_REVIEWED" ? "code" : "others",
  );
  let room = 0;
  const addPart = (share: number, render: (mostBytes: number) => string[]) => {
    room += share;
    const lines = render(room);
    room -= Buffer.byteLength(lines.join("\n"));
    return lines;
  };
  return [
    `## Review of stack ${escapeMarkdown(stack, longestKey)}: ${title}`,
    "",
    ...addPart(shares.summary, () => [
      escapeMarkdown(summary),
      // Before anything that a pull request can make long.
      ...textsOf(code, false).flatMap((text) => ["", escapeMarkdown(text, longestChange)]),
    ]),
    ...addPart(shares.settings, (most) => renderRows(compared, longestKey, settingRowsOf(review), most)),
    ...addPart(shares.topics, (most) => renderRows("topic", longestNames, rowsOf(review, false), most)),
    ...addPart(shares.errors, (most) =>
      renderMessages("Why the update would fail", textsOf(errors, false), most),
    ),
    ...addPart(shares.warnings, (most) => renderMessages("Warnings", textsOf(others, false), most)),
    "",
    `Review hash: \`${hash}\``,
    "",
  ].join("\n");
}

/**
 * Renders a table with all fixed rows, and as many of the others as have room.
 * @param what the head of the second column
 * @param longest in characters, of a cell in the second column
 */
function renderRows(what: string, longest: number, all: readonly Row[], mostBytes: number): string[] {
  if (all.length === 0) return [];
  const rows = all.map(({ risk, subject, change, isFixed = false }) => ({
    isFixed,
    line: `| ${marks[risk]} | ${escapeCell(subject, longest)} | ${escapeCell(change, longestChange)} |`,
  }));
  const sizeOf = (line: string) => Buffer.byteLength(line) + 1;
  const fixed = rows.filter(({ isFixed }) => isFixed);
  let bytes = fixed.reduce((sum, { line }) => sum + sizeOf(line), 0);
  let count = 0;
  const listed = rows.filter(({ isFixed, line }) => {
    if (isFixed) return true;
    bytes += sizeOf(line);
    count += 1;
    return bytes <= mostBytes && count <= mostRows;
  });
  const more = rows.length - listed.length;
  return [
    "",
    `| risk | ${what} | change |`,
    "|---|---|---|",
    ...listed.map(({ line }) => line),
    ...(more > 0 ? ["", `and ${countOf(more, "more change")}.`] : []),
  ];
}
