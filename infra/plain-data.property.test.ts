import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect } from "vitest";
import { misplace, oddJson, oddValue } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { copyPlainData } from "./plain-data.ts";

/** Accepts what JSON can represent, which is 0 for -0. */
function checkJson(value: unknown): string | undefined {
  const isJson = value === null || ["string", "boolean"].includes(typeof value) || Number.isFinite(value);
  return isJson && !Object.is(value, -0) ? undefined : "JSON";
}

testProperty(
  "Any value is copied so that JSON can represent it, or has a fault with its path",
  misplace(fc.object({ maxDepth: 3, values: [fc.jsonValue()] }), oddValue),
  (value) => {
    const read = copyPlainData(() => value, checkJson);
    if ("copy" in read) {
      expect(JSON.parse(JSON.stringify(read.copy))).toEqual(read.copy);
      return;
    }
    const { path, allowed, refused } = read.fault;
    expect(path.every((key) => typeof key === "string")).toBe(true);
    expect(allowed ?? refused).toMatch(/./);
  },
);

testProperty("Plain data is copied as it is", oddJson, (value) => {
  const read = copyPlainData(() => value);
  if ("fault" in read) expect(read.fault.allowed).toMatch(/levels|another key|surrogates/);
  else expect(isDeepStrictEqual(read.copy, value)).toBe(true);
});
