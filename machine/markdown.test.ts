import { expect, test } from "vitest";
import { escapeMarkdown } from "./markdown.ts";

test.for([
  ["a|b <c> [d](e) `f` *g* _h_", "a\\|b \\<c\\> \\[d\\](e) \\`f\\` \\*g\\* \\_h\\_"],
  ["~~a~~ &lt;", "\\~\\~a\\~\\~ \\&lt;"],
  ["a\nb\rc\r\nd\u2028e", "a b c d e"],
] as const)("%j is escaped as %j", ([text, escaped]) => {
  expect(escapeMarkdown(text)).toBe(escaped);
});
