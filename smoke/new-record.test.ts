import { expect, test } from "vitest";
import { type NewRecord, splitBySize } from "./new-record.ts";

const record = (partition: number, bytes: number): NewRecord => ({
  topic: "orders",
  partition,
  key: `smoke-${partition}`,
  value: "x".repeat(bytes),
  headers: {},
});

test("Requests stay within the size that every broker accepts, also for the partitions of one topic", () => {
  const large = Array.from({ length: 5 }, (_, partition) => record(partition, 400_000));
  expect(splitBySize(large).map((batch) => batch.map(({ partition }) => partition))).toEqual([
    [0, 1],
    [2, 3],
    [4],
  ]);
});

test("A record that is larger than a request is sent alone; small ones are sent together", () => {
  const small = Array.from({ length: 1000 }, (_, partition) => record(partition, 100));
  const batches = splitBySize([...small, record(1000, 5_000_000), record(1001, 100)]);
  expect(batches.map(({ length }) => length)).toEqual([1000, 1, 1]);
  expect(splitBySize([])).toEqual([]);
});
