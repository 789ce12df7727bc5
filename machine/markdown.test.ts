import { expect, test } from "vitest";
import { escapeCell, escapeMarkdown, renderBlock } from "./markdown.ts";
import { hideSecrets } from "./secrets.ts";

test.for([
  ["a|b <c> [d](e) `f` *g* _h_", "``a|b <c> [d](e) `f` *g* _h_``"],
  ["~~a~~ &lt;", "`~~a~~ &lt;`"],
  ["a\nb\rc\r\nd\u2028e", "a b c d e"],
  ["orders.new, orders: kept (for 1,204 records).", "`orders.new`, orders: kept (for 1,204 records)."],
  ["a :smile: b", "a `:smile`: b"],
  ["`", "`` ` ``"],
  ["``` ` ``", "```` ``` ` `` ````"],
  ["\u202eabc\u001b[31m", "`\\u202eabc\\u001b[31m`"],
] as const)("%j is escaped as %j", ([text, escaped]) => {
  expect(escapeMarkdown(text)).toBe(escaped);
});

test.for(
  [
    ["www.evil.example", "http://evil.example", "a@evil.example", "evil.example", "(www.evil.example"],
    ["@team", "#1", "GH-1", "team/topics#1", "1234567", "deadbee", "(deadbee", "a-deadbee", "!1", "~label"],
    ["[^1]", "[a]", "![a](b)", "<!--", "-->", "<b>", "&amp;", "$a$", "\\", "1.", "1)", "-", "+", "#", "="],
  ].flat(),
)("%s is in a code span", (text) => {
  expect(escapeMarkdown(text)).toBe(`\`${text}\``);
  expect(escapeMarkdown(`see ${text} there`)).toBe(`see \`${text}\` there`);
});

test("A vertical bar in a cell is escaped, even after a backslash", () => {
  expect(escapeCell("a|b")).toBe("`a\\|b`");
  expect(escapeCell("a\\|b")).toBe("`a\\\\u007cb`");
});

test("A secret is hidden before the text is divided into words or cut", () => {
  const secret = 'p@ss "word"';
  hideSecrets([secret]);
  expect(escapeMarkdown(`refused ${secret}`)).toBe("refused `[secret]`");
  expect(escapeCell(`refused ${secret}`)).toBe("refused `[secret]`");
  expect(renderBlock([`${"x".repeat(5_995)}${secret}`])).not.toContain("p@");
});

test("A very long text is cut", () => {
  expect(escapeMarkdown("a".repeat(10_000))).toBe(`\`${"a".repeat(6_000)}...\``);
  expect(renderBlock(["a".repeat(10_000)])).toBe(`\`\`\`\`text\n${"a".repeat(6_000)}...\n\`\`\`\``);
});
