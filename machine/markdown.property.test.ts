import fc from "fast-check";
import { Marked } from "marked";
import { expect } from "vitest";
import { damage, oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { escapeMarkdown } from "./markdown.ts";

// GitHub makes links of bare URLs, which show and open only what the text says.
const renderer = new Marked({ tokenizer: { url: () => undefined } });

const markup = fc.constantFrom(
  ...["**a**", "_a_", "`a`", "~~a~~", "[a](b)", "![a](b)", "<b>", "<!--", "&lt;", "&#42;", "\\", "|", "a|b"],
  ...[
    "\n",
    "\r",
    "\n\n# a",
    "\n- a",
    "\n```",
    "[a]: b",
    "https://example.org/a_b",
    "\\|",
    "  \n",
    "***",
    "a ",
  ],
);
const texts = fc.oneof(damage(fc.array(markup, { maxLength: 5 }).map((parts) => parts.join(""))), oddText);
const entities = new Map([
  ["&amp;", "&"],
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&quot;", '"'],
  ["&#39;", "'"],
]);

testProperty("Any text in a table cell is one cell without markup, which shows the text", texts, (text) => {
  const html = renderer.parse(`| a | b |\n|---|---|\n| ${escapeMarkdown(text)} | end |\n`, { async: false });
  const [, cell = "", ...more] = html.split("<td>");
  expect(more).toEqual(["end</td>\n</tr>\n</tbody></table>\n"]);
  const shown = cell
    .replace("</td>\n", "")
    .replace(/&\w+;|&#39;/g, (entity) => entities.get(entity) ?? entity);
  expect(cell.replace("</td>\n", "")).not.toContain("<");
  expect(shown.replace(/\s+/g, " ")).toBe(text.replace(/\s+/g, " ").trim());
});
