import { expect, test } from "vitest";
import { showCommands, showInvisible } from "./visible-text.ts";

test.for([
  ["an escape sequence", "\u001b[2Jgone", "\\u001b[2Jgone"],
  ["a C1 control character", "\u009b2J\u0085", "\\u009b2J\\u0085"],
  ["a bell, a backspace, a carriage return and a null", "\u0007\b\r\0", "\\u0007\\u0008\\u000d\\u0000"],
  ["characters that reorder text", "\u202eabc\u2066\u200f", "\\u202eabc\\u2066\\u200f"],
  [
    "characters without a width",
    "a\u200bb\ufeffc\u00add\u3164e\u{e0041}",
    "a\\u200bb\\ufeffc\\u00add\\u3164e\\udb40\\udc41",
  ],
  ["separators of lines and paragraphs", "\u2028\u2029", "\\u2028\\u2029"],
  ["a lone surrogate", "\ud83d", "\\ud83d"],
] as const)("%s is shown as an escape", ([, text, shown]) => {
  expect(showInvisible(text)).toBe(shown);
});

test("Other text stays as it is", () => {
  const text = "Größe → 3 ×\t🔴\u00a0日本語 العربية 👩\n\\u001b";
  expect(showInvisible(text)).toBe(text);
});

test.for([
  ["::add-mask::x", "\\u003a:add-mask::x"],
  ["a\n\t ::error::b ::c", "a\n\t \\u003a:error::b ::c"],
  ["##[a] ##vso[b] # # [c] ##d", "\\u0023#[a] \\u0023#vso[b] # # [c] ##d"],
] as const)("A workflow command is shown as %2$j", ([text, shown]) => {
  expect(showCommands(text)).toBe(shown);
});
