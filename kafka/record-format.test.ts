import { expect, test } from "vitest";
import { isJson, otherFormatOf } from "./record-format.ts";

test.for(['{"a":1}', "[]", "1", '"ü"', "null", " {}\n"])("%s is JSON", (text) => {
  expect(isJson(Buffer.from(text))).toBe(true);
  expect(otherFormatOf(Buffer.from(text))).toBeUndefined();
});

test.for([
  ["nothing", Buffer.alloc(0), "empty"],
  ["text", Buffer.from("text"), "text"],
  ["lines of text", Buffer.from("a\tb\r\n"), "text"],
  ["a byte order mark", Buffer.from("\ufeff{}"), "text"],
  ["JSON in Latin-1", Buffer.from('"ü"', "latin1"), "binary"],
  ["JSON after a schema id", Buffer.from([0, 0, 0, 0, 1, 0x7b, 0x7d]), { schemaId: 1 }],
  ["a binary number", Buffer.from([0, 0, 0, 0, 0, 0, 0, 42]), "binary"],
] as const)("%s is not JSON", ([, bytes, format]) => {
  expect(isJson(bytes)).toBe(false);
  expect(otherFormatOf(bytes)).toEqual(format);
});
