import { expect, test } from "vitest";
import { describeProgress, describeStuck, sumUp } from "./copy-progress.ts";

const move = { topic: "orders", partition: 0, replicas: [1, 2], adding: [2], removing: [] };

test("The progress says how many partitions are done, how much is left, and how long that takes at the speed so far", () => {
  const progress = sumUp([{ ...move, bytes: 60_000_000, copied: 20_000_000 }], 3);
  expect(describeProgress(progress, { bytes: 60_000_000, ms: 10_000 })).toBe(
    "Copying replicas: 2 of 3 partitions done, 40.0 MB to go, about 20 seconds left",
  );
  expect(describeProgress(progress, { bytes: 40_000_000, ms: 0 })).toBe(
    "Copying replicas: 2 of 3 partitions done, 40.0 MB to go",
  );
  expect(describeProgress(sumUp([move], 1), { ms: 5_000 })).toBe("Copying replicas: 0 of 1 partition done");
});

test("Copies that make no progress are reported with the brokers that should copy", () => {
  expect(describeStuck([move, { ...move, partition: 1, adding: [3, 2] }], 120_000)).toBe(
    "For 2 minutes, nothing was copied to brokers 2, 3. Check that the brokers are up, and that the throttle is higher than what " +
      "producers write to the topics.",
  );
});
