import { expect, test } from "vitest";
import { releaseOf } from "./kafka-version.ts";

test.for([
  [31, "4.4"],
  [30, "4.3"],
  [29, "4.2"],
  [25, "4.0"],
  [7, "3.3"],
  [3, undefined],
  [99, "later than 4.4"],
] as const)("Level %j of metadata.version is of Kafka %j", ([level, release]) => {
  expect(releaseOf(level)).toBe(release);
});
