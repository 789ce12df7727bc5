import { expect, test } from "vitest";
import { findAwaited, measureMove } from "./moves.ts";
import { describeMoves, type MovingPartition } from "./moving-topics.ts";

const megabyte = 1_000_000;

function move(partition: number, from: number[], to: number[], bytes = 60 * megabyte): MovingPartition {
  return { partition, from, to, bytes, copied: bytes * 0.3 };
}

test("Partitions that move in the same way are named together, and their progress is that of all", () => {
  expect(describeMoves([move(0, [1], [4])])).toBe(
    "partition 0 is moving from broker 1 to broker 4; 30 % of 60.0 MB copied",
  );
  expect(describeMoves([move(0, [1], [4]), move(1, [], [3, 4]), move(2, [1], [4])])).toBe(
    "partitions 0, 2 are moving from broker 1 to broker 4, partition 1 is being copied to brokers 3, 4; 30 % of 180.0 MB copied",
  );
  expect(describeMoves([move(7, [2, 3], [])])).toBe("partition 7 is being removed from brokers 2, 3");
  expect(describeMoves([move(0, [], [4], 0)])).toBe(
    "partition 0 is being copied to broker 4; 0 % of 0 bytes copied",
  );
});

test("A topic has one line, however many partitions move", () => {
  const same = Array.from({ length: 1_000 }, (_, at) => move(at, [1], [4]));
  expect(describeMoves(same)).toBe(
    "partitions 0, 1, 2 and 997 others are moving from broker 1 to broker 4; 30 % of 60.0 GB copied",
  );
  const different = Array.from({ length: 1_000 }, (_, at) => move(at, [at], [at + 1]));
  expect(describeMoves(different)).toBe(
    "partition 0 is moving from broker 0 to broker 1, partition 1 is moving from broker 1 to broker 2, " +
      "partition 2 is moving from broker 2 to broker 3, 997 more are moving; 30 % of 60.0 GB copied",
  );
});

test("Progress is compared with the largest complete replica, and left out if one size is unknown", () => {
  const reassignment = { topic: "a", partition: 0, replicas: [1, 2, 3, 4], adding: [3, 4], removing: [1] };
  const sizes = (...bytes: number[]) => new Map(bytes.map((size, at) => [at + 1, new Map([["a:0", size]])]));
  expect(measureMove(reassignment, sizes(90, 100, 40))).toEqual({ bytes: 200, copied: 40 });
  // Compaction may leave a complete replica smaller than a new one.
  expect(measureMove(reassignment, sizes(90, 100, 100, 120))).toEqual({ bytes: 200, copied: 200 });
  expect(measureMove(reassignment, new Map())).toEqual({});
  const unknown = { partition: 1, from: [1], to: [4] };
  expect(describeMoves([move(0, [1], [4]), unknown])).toBe(
    "partitions 0, 1 are moving from broker 1 to broker 4",
  );
});

test("Moves wait for brokers that are down if they have to copy, or if no other broker leads the partition", () => {
  const replaced = { replicas: [4, 3, 2, 1], adding: [3, 4] };
  expect(findAwaited(replaced, [2, 3, 4], 2)).toEqual([]);
  expect(findAwaited(replaced, [2], 2)).toEqual([3, 4]);
  expect(findAwaited(replaced, [1, 3, 4], -1)).toEqual([2]);
  const waiting = [
    { ...move(0, [], [3]), down: [3] },
    move(1, [], [3]),
    { ...move(2, [], [3]), down: [1, 3] },
  ];
  expect(describeMoves(waiting)).toBe(
    "partitions 0, 1, 2 are being copied to broker 3; 30 % of 180.0 MB copied; " +
      "brokers 1, 3 are down, and copies wait for them: start them",
  );
});
