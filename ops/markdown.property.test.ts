import fc from "fast-check";
import { marked } from "marked";
import { expect } from "vitest";
import { damage, oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { renderMessages } from "./markdown.ts";

const fences = fc.string({ unit: fc.constantFrom("`", "`", "`", "\n", " ", "~", "a"), maxLength: 12 });
const messages = fc.array(fc.oneof(fences, damage(fc.constant("a.ts: failed\n    at once")), oddText), {
  minLength: 1,
  maxLength: 3,
});

testProperty("Any messages are in one code block, as they are", messages, (messages) => {
  const tokens = marked.lexer([...renderMessages("Errors", messages), ""].join("\n"));
  const [heading, code, ...more] = tokens.filter(({ type }) => type !== "space");
  expect([heading?.type, code?.type, ...more]).toEqual(["heading", "code"]);
  // marked is not exact about blank lines at the end.
  expect(code?.raw.trimEnd().split("\n").slice(1, -1)).toEqual(messages.join("\n").split(/\r\n?|\n/));
});
