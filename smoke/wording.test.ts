import { expect, test } from "vitest";
import type { ReadFailure } from "./finding.ts";
import { describeRefusals, describeUnread } from "./wording.ts";

const late: ReadFailure = { code: "RECORD_LATE" };
const deleted: ReadFailure = { code: "RECORD_DELETED", observed: "8" };
const at = (partition: number, failure: ReadFailure) => ({ partition, offset: "7", failure });

test("Failures for the same reason are reported together, each reason with its own next step", () => {
  expect(describeUnread([at(0, late), at(1, deleted), at(2, late)])).toBe(
    "partitions 0 (offset 7), 2 (offset 7): written, but not read in time; partition 1 (offset 7): written, and deleted " +
      "before it was read: the log now begins at offset 8. " +
      "Check the load of the brokers. Run it again, or with a longer --timeout. " +
      'Raise retention.ms or retention.bytes, or declare smoke: "dry-run".',
  );
});

test("Only the first ten of many partitions are named", () => {
  const failures = Array.from({ length: 400 }, (_, partition) => at(partition, late));
  const words = describeUnread(failures);
  expect(words).toContain("9 (offset 7) and 390 others: written, but not read in time");
  expect(words).not.toContain("10 (offset 7)");
});

test("Many deleted records, and many reasons, make one short line", () => {
  const failures = Array.from({ length: 400 }, (_, partition) =>
    at(partition, { code: "RECORD_DELETED", observed: String(partition) }),
  );
  expect(describeUnread(failures)).toContain(
    "9 (offset 7) and 390 others: written, and deleted before they were read: the logs now begin at later offsets.",
  );
  const refusals = Array.from({ length: 40 }, (_, index) => ({ reason: `r${index}.`, partitions: [index] }));
  expect(describeRefusals([...refusals, { reason: "most.", partitions: [40, 41] }])).toBe(
    "partitions 40, 41: most. partition 0: r0. partition 1: r1. " +
      "partitions 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 28 others: other reasons.",
  );
});
