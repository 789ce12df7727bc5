import { expect, test } from "vitest";
import { renderMessages } from "./markdown.ts";

test("A message cannot close the code block that it is in", () => {
  expect(renderMessages("Errors", ["before\n`````\n# Safe"])).toEqual([
    "",
    "### Errors",
    "",
    "``````text\nbefore\n`````\n# Safe\n``````",
  ]);
});
