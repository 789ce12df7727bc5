import fc from "fast-check";
import { expect } from "vitest";
import { testProperty } from "../test/property.ts";
import { makeMask } from "./secrets.ts";

const secret = fc
  .string({ unit: "grapheme", minLength: 6, maxLength: 40 })
  .filter((text) => text.trim() === text && !/^(\d+$|-----)|[\n\r]|\\n/.test(text));
const writings: readonly ((text: string) => string)[] = [
  String,
  (text) => JSON.stringify(text).slice(1, -1),
  (text) => JSON.stringify(JSON.stringify(text)).slice(3, -3),
  encodeURIComponent,
  (text) => text.replace(/[^a-z\d]/giu, (character) => `&#${character.codePointAt(0)};`),
  (text) => text.replace(/[!-/:-@[-`{-~]/g, "\\$&"),
];

testProperty(
  "A secret is replaced however it is written, and the rest of the text is not",
  fc.tuple(secret, fc.constantFrom(...writings)),
  ([text, write]) => {
    expect(makeMask([text])(`{"é": ${write(text)}}`)).toBe('{"é": [secret]}');
  },
);

testProperty(
  "Any secrets and any text can be masked",
  fc.tuple(fc.array(fc.string({ unit: "binary" })), fc.string({ unit: "binary" })),
  ([secrets, text]) => {
    expect(makeMask(secrets)(text)).toBeTypeOf("string");
  },
);
