import { expect, test } from "vitest";
import { readSelection } from "./selection.ts";

test("An empty --exclude, which would leave out all topics, is refused", () => {
  expect(() => readSelection({ exclude: [""] })).toThrow(
    '--exclude: given "", allowed: a regular expression',
  );
});
