import { expect } from "vitest";
import { oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { showInvisible } from "./visible-text.ts";

testProperty("The visible form of any JSON is the same JSON", oddText, (text) => {
  const json = JSON.stringify({ [text]: text });
  const shown = showInvisible(json);
  expect(JSON.parse(shown)).toEqual({ [text]: text });
  expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
});
