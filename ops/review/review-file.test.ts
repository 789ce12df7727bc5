import { marked } from "marked";
import { expect, test } from "vitest";
import { renderReviewFile } from "./markdown.ts";
import { parseReviewFile, type ReviewFile } from "./review-file.ts";

const review: ReviewFile = {
  version: 1,
  stack: "prod",
  hash: "0".repeat(64),
  verdict: "caution",
  summary: "No change is known to lose records; 1 of 1 change needs caution.",
  settings: [],
  changes: [{ topic: "orders", risk: "caution", what: "2 → 3 partitions" }],
  errors: [],
  warnings: [{ code: "NOT_VALIDATED", message: "User:reader lacks rights" }],
};

/** What hostile text must not become: a table, a heading, a link, a mention, an image, a comment, the end of a block. */
const hostile = [
  "a | b |\n| --- | --- |\n| 🟢 safe | x |",
  "\n## Review of stack prod: no changes\n",
  "www.evil.example https://evil.example [click](https://evil.example)",
  "@team #1 0123456789abcdef0123456789abcdef01234567",
  "<img src=https://evil.example> <!-- ",
  "````\n# out of the block\n````",
  "\r::add-mask::x\u001b[2J\u202e",
];

test.each(hostile)("Hostile text in any field stays text: %j", async (text) => {
  const everywhere = {
    ...review,
    stack: text,
    base: text,
    summary: text,
    settings: [{ key: text, code: text, risk: "weakened", what: text }],
    changes: [{ topic: text, risk: "data loss", what: text }],
    errors: [{ code: text, topic: text, message: text }],
    warnings: [{ code: text, message: text }],
  };
  const markdown = renderReviewFile(parseReviewFile(JSON.stringify(everywhere), "review.json"));
  for (const control of ["\r", "\u001b", "\u202e"]) expect(markdown).not.toContain(control);
  const html = await marked(markdown, { gfm: true });
  expect(html.match(/<(a|img|h1|script)\b/g)).toBeNull();
  expect(html.match(/<h2/g)).toHaveLength(1);
  expect(html.match(/<h3/g)).toHaveLength(2);
  expect(html.match(/<table/g)).toHaveLength(2);
  expect(html.match(/<td/g)).toHaveLength(6);
  const outside = html.replace(/<(code|pre)\b[\s\S]*?<\/\1>/g, "");
  expect(outside).not.toMatch(/@team|#1|www\.|https:|0123456789abcdef|<!--/);
});

const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
const changed = (part: object) => JSON.stringify({ ...review, ...part });
const oddRisk = [{ topic: "orders", risk: "harmless", what: "" }];

test.each([
  ["Markdown", "# Markdown", "given something else, allowed: the JSON of a review"],
  ["a list that is nested too deeply", deep, "allowed: "],
  [
    "a value that is nested too deeply",
    JSON.stringify(review).replace('"code":', `"observed":${deep},"code":`),
    "given something else, allowed: the JSON of a review",
  ],
  ["another version", changed({ version: 2 }), "version: given 2, allowed: 1"],
  ["another risk", changed({ changes: oddRisk }), "changes.0.risk: given 'harmless', allowed: one of"],
  ["a hash of another length", changed({ hash: "0".repeat(63) }), "hash: given '000"],
  ["a text that is none", changed({ summary: [1] }), "summary: given [ 1 ], allowed: text"],
  ["more than 16 MiB", changed({ summary: "a".repeat(17 * 1024 * 1024) }), "given more than 16777216 bytes"],
])("Of %s, nothing is rendered", (_, json, said) => {
  expect(() => parseReviewFile(json, "review.json")).toThrow(said);
});
