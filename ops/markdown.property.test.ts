import fc from "fast-check";
import { marked } from "marked";
import { expect } from "vitest";
import { showInvisible } from "../machine/visible-text.ts";
import { damage, oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { renderMessages } from "./markdown.ts";

const fences = fc.string({ unit: fc.constantFrom("`", "`", "`", "\n", " ", "~", "a"), maxLength: 12 });
const message = fc
  .oneof(fences, damage(fc.constant("a.ts: failed\n    at once")), oddText)
  // A longer one is cut.
  .map((text) => text.slice(0, 6_000));
const messages = fc.array(message, { minLength: 1, maxLength: 3 });

testProperty("Any messages are in one code block, with their lines", messages, (messages) => {
  const tokens = marked.lexer([...renderMessages("Errors", messages), ""].join("\n"));
  const [heading, code, ...more] = tokens.filter(({ type }) => type !== "space");
  expect([heading?.type, code?.type, ...more]).toEqual(["heading", "code"]);
  // marked is not exact about blank lines at the end.
  expect(code?.raw.trimEnd().split("\n").slice(1, -1)).toEqual(
    showInvisible(messages.map((text) => text.replaceAll("\r\n", "\n")).join("\n")).split("\n"),
  );
});
