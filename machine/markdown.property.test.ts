import fc from "fast-check";
import { marked, type Token } from "marked";
import { expect } from "vitest";
import { damage, oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { escapeCell, escapeMarkdown, renderBlock } from "./markdown.ts";
import { showInvisible } from "./visible-text.ts";

const markup = fc.constantFrom(
  ...["**a**", "_a_", "`a`", "~~a~~", "[a](b)", "![a](b)", "<b>", "<!--", "&lt;", "&#42;", "\\", "|", "a|b"],
  ...[
    "\n",
    "\r",
    "\u0085",
    "\n\n# a",
    "\n- a",
    "\n```",
    "[a]: b",
    "[^1]",
    "\\|",
    "  \n",
    "***",
    "a ",
    "``",
    "`",
  ],
  ...["https://example.org/a_b", "www.example.org", "a@example.org", "www.", "@a", "#1", "a/b#1", "deadbee"],
  ...[":a:", "1.", "-", "===", "|---|", "\u202e", "\u200b", "\u001b[31m", "-->", "$a$", "```math", "a", " "],
);
const texts = fc
  .oneof(damage(fc.array(markup, { maxLength: 6 }).map((parts) => parts.join(""))), oddText)
  // A longer text is cut.
  .map((text) => text.slice(0, 6_000));

/** The tokens in a piece of Markdown, and the text that they show. */
function read(markdown: string): { types: string[]; shown: string } {
  const types: string[] = [];
  const shown: string[] = [];
  marked.walkTokens(marked.lexer(markdown), (token: Token) => {
    types.push(token.type);
    if (token.type === "codespan") shown.push(token.text);
    if (token.type === "text" && !token.tokens) shown.push(token.text);
  });
  return { types, shown: shown.join("") };
}

/** What a line shows of a text. */
const visible = (text: string) =>
  showInvisible(text.replace(/[\v\f\r\u0085\u2028\u2029]/g, " "))
    .replace(/\s+/g, " ")
    .trim();

/** What GitHub makes a link or a picture of, if it is not in a code span. */
const special = /www\.|:\/\/|[@#$<>&[\]\\|*_~^!]|:\w+:|[0-9a-f]{7}|\bGH-/i;

testProperty("Any text in a table cell is one cell without markup, which shows the text", texts, (text) => {
  const cell = escapeCell(text);
  const table = `| a | b |\n|---|---|\n| ${cell} | end |\n`;
  const { types, shown } = read(table);
  expect(["table", "text", "codespan"]).toEqual(expect.arrayContaining(types));
  expect([...marked.lexer(table)]).toMatchObject([{ type: "table", rows: [{ length: 2 }] }]);
  // A backslash before a vertical bar is the exception.
  expect(shown).toBe(`ab${visible(text).replaceAll("\\|", "\\\\u007c")}end`);
});

testProperty("Any text in a heading, an item and a paragraph has no markup, and is shown", texts, (text) => {
  const escaped = escapeMarkdown(text);
  for (const [before, kinds] of [
    ["## Of ", ["heading"]],
    ["- Of ", ["list", "list_item"]],
    ["Of ", ["paragraph"]],
  ] as const) {
    const { types, shown } = read(`${before}${escaped} end\n`);
    expect([...kinds, "text", "codespan"]).toEqual(expect.arrayContaining(types));
    expect(shown).toBe(`Of ${visible(text)} end`);
  }
  const [outside = ""] = [escaped.replace(/(`+) ?.*?[^`]\1(?!`)/g, "")];
  expect(outside).not.toMatch(special);
});

testProperty(
  "Any texts in a block are in one block",
  fc.array(texts, { minLength: 1, maxLength: 3 }),
  (texts) => {
    const tokens = marked.lexer(`${renderBlock(texts)}\n\nend\n`);
    const [code, ...more] = tokens.filter(({ type }) => type !== "space");
    expect([code?.type, ...more.map(({ type }) => type)]).toEqual(["code", "paragraph"]);
  },
);
