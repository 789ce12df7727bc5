import { expect, test } from "vitest";
import { fillBlocks } from "./blocks.ts";

const text = "before\n\n<!-- bench: a -->\nold\n\nold\n<!-- bench end -->\n\nafter <!-- a comment -->\n";

test("A block gets its new content, and the rest of the text stays", () => {
  const filled = fillBlocks(text, new Map([["a", "new"]]));
  expect(filled).toBe("before\n\n<!-- bench: a -->\nnew\n<!-- bench end -->\n\nafter <!-- a comment -->\n");
  expect(fillBlocks(filled, new Map([["a", "new"]]))).toBe(filled);
});

test("A block with an unknown name is refused", () => {
  expect(() => fillBlocks(text, new Map([["b", "new"]]))).toThrow("bench: a: given no block, allowed: b");
});
