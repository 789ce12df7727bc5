import fc from "fast-check";
import { expect } from "vitest";
import { describeGiven } from "../kafka/given-value.ts";
import { oddText, oddValue } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { decodePlainData, encodePlainData } from "./encoded-value.ts";
import { copyPlainData } from "./plain-data.ts";

const anyData = fc.oneof(fc.dictionary(oddText, oddValue), fc.array(oddValue), oddValue);

testProperty("Plain data survives JSON; of functions and symbols, the name does", anyData, (value) => {
  const read = copyPlainData(() => value);
  if ("fault" in read) return;
  const decoded = decodePlainData(JSON.parse(JSON.stringify(encodePlainData(read.copy))));
  expect(describeNames(decoded)).toEqual(describeNames(read.copy));
});

/** Replaces functions and symbols by their names. */
function describeNames(value: unknown): unknown {
  if (typeof value === "function") return `function ${value.name}`;
  if (typeof value === "symbol") return describeGiven(value);
  if (Array.isArray(value)) return value.map(describeNames);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, describeNames(part)]));
}
