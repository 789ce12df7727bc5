import { expect, test } from "vitest";
import { describeReadFailures, type ReadFailure } from "./read-failure.ts";

const late: ReadFailure = { code: "LATE", words: "not seen in time" };
const deleted: ReadFailure = { code: "DELETED", words: "deleted" };
const at = (partition: number, failure: ReadFailure) => ({ partition, offset: "7", failure });

test("Failures for the same reason are told together, each reason with its own next step", () => {
  expect(describeReadFailures([at(0, late), at(1, deleted), at(2, late)])).toBe(
    "partitions 0 (offset 7), 2 (offset 7): not seen in time; partition 1 (offset 7): deleted. " +
      "Is the broker overloaded? Run it again, or with a longer --timeout. " +
      'Raise retention.ms or retention.bytes, or declare smoke: "metadata".',
  );
});

test("Of many partitions the first ten are named", () => {
  const failures = Array.from({ length: 400 }, (_, partition) => at(partition, late));
  const words = describeReadFailures(failures);
  expect(words).toContain("9 (offset 7) and 390 others: not seen in time");
  expect(words).not.toContain("10 (offset 7)");
});
