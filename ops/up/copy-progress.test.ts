import { expect, test } from "vitest";
import { CopyProgress } from "./copy-progress.ts";

const move = { topic: "orders", partition: 0, replicas: [1, 2], adding: [2], removing: [] };
const [bytes, minuteMs] = [60_000_000, 60_000];

test("The progress says how many partitions are done, how much is left, and how long that takes at the speed so far", () => {
  const progress = new CopyProgress(3, 0);
  const follow = (copied: number, now: number) => progress.follow([{ ...move, bytes, copied }], now).line;
  expect(follow(0, 0)).toBe("Copying replicas: 2 of 3 partitions done, 60.0 MB to go");
  expect(follow(20_000_000, 10_000)).toBe(
    "Copying replicas: 2 of 3 partitions done, 40.0 MB to go, about 20 seconds left",
  );
  expect(follow(20_000_000, 20_000)).toBe("Copying replicas: 2 of 3 partitions done, 40.0 MB to go");
  expect(new CopyProgress(1, 0).follow([move], 5_000).line).toBe("Copying replicas: 0 of 1 partition done");
});

test("Copies that make no progress are reported with the brokers that should copy", () => {
  const progress = new CopyProgress(2, 0);
  const moves = [move, { ...move, partition: 1, adding: [3, 2] }];
  const remarks = [0, 1, 2, 3].flatMap((minutes) => progress.follow(moves, minutes * minuteMs).remarks);
  expect(remarks).toEqual([
    "Nothing has been copied to brokers 2, 3 for 2 minutes. Check the brokers' logs, and that the throttle is higher than what " +
      "producers write to the topics.",
  ]);
});

test("A broker that is down is named once, no time left is estimated without it, and the wait for it ends", () => {
  const progress = new CopyProgress(2, 0);
  const follow = (down: number[], copied: number, now: number) =>
    progress.follow([{ ...move, bytes, copied, ...(down.length > 0 && { down }) }], now);
  follow([], 0, 0);
  expect(follow([], 10_000_000, 10_000).line).toMatch(/about 50 seconds left$/);
  expect(follow([2], 10_000_000, 20_000)).toEqual({
    line: "Copying replicas: 1 of 2 partitions done, 50.0 MB to go",
    remarks: ["Broker 2 is down, and copies wait for it: start it."],
  });
  expect(follow([2], 10_000_000, 30_000).remarks).toEqual([]);
  expect(follow([2, 3], 10_000_000, 200_000).remarks).toEqual([
    "Broker 3 is down, and copies wait for it: start it.",
  ]);
  expect(follow([3], 10_000_000, 200_000).remarks).toEqual(["Copies no longer wait for broker 2."]);
  // Another broker still copies.
  follow([3], 20_000_000, 400_000);
  expect(follow([], 20_000_000, 600_000)).toMatchObject({ remarks: ["Copies no longer wait for broker 3."] });
  // The time without the brokers does not count.
  expect(follow([], 30_000_000, 605_000).line).toMatch(/30.0 MB to go, about 15 seconds left$/);
  follow([2], 30_000_000, 610_000);
  expect(follow([2], 30_000_000, 610_000 + 5 * minuteMs - 1)).not.toHaveProperty("failure");
  expect(follow([2], 30_000_000, 610_000 + 5 * minuteMs).failure).toBe(
    "Broker 2 is down, and nothing has been copied for 5 minutes.",
  );
});
