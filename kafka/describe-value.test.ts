import { expect, test } from "vitest";
import { describeValue } from "./describe-value.ts";

test.for([
  ["retention.ms", "604800000", "7 days"],
  ["retention.ms", "-1", "forever"],
  ["retention.bytes", "9223372036854775807", "unlimited"],
  ["segment.bytes", "16777216", "16 MiB"],
  ["cleanup.policy", "compact", "compact"],
] as const)("%s of %s is described as %s", ([key, value, described]) => {
  expect(describeValue(key, value)).toBe(described);
});

test.for([
  ["retention.ms", ""],
  ["segment.bytes", "soon"],
  ["retention.ms", "9007542422607703"],
] as const)("%s of %j is not a number that JavaScript can represent, and stays as it is", ([key, value]) => {
  expect(describeValue(key, value)).toBe(value);
});

test("A value of several lines is described on one, and a long one is cut", () => {
  expect(describeValue("placement", '{\n  "version": 1\n}')).toBe('{ "version": 1 }');
  expect(describeValue("placement", "😀".repeat(100))).toBe(`${"😀".repeat(50)}...`);
});

test("A number that JavaScript rounds stays as it is", () => {
  expect(describeValue("segment.bytes", "9223372036854775000")).toBe("9223372036854775000");
});
