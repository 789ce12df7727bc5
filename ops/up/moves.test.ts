import { expect, test } from "vitest";
import type { Change } from "../review/findings.ts";
import { movesOf } from "./moves.ts";

const change = { topic: "orders", op: "update", risk: "caution" } as const;
const lowered: Change = { ...change, code: "REPLICATION_FACTOR_LOWERED", expected: 1, observed: 3 };
const minimum: Change = {
  ...change,
  code: "MIN_INSYNC_REPLICAS_CHANGED",
  key: "min.insync.replicas",
  expected: "1",
  observed: "2",
};
const undue = { code: "REPLICAS_THROTTLED", topic: "returns", message: "" } as const;
const throttled = { ...undue, expected: 1000 } as const;
const leftRates = { code: "BROKERS_THROTTLED", expected: 1000, observed: [1], message: "" } as const;

test("A lower replication factor is preceded by a lower min.insync.replicas, a raised one is not", () => {
  const none = { throttled: [] };
  expect(movesOf({ changes: [lowered, minimum], warnings: [] }, false)).toEqual({
    ...none,
    factors: new Map([["orders", 1]]),
    lowered: [{ topic: "orders", key: "min.insync.replicas", expected: "1" }],
  });
  const raised: Change[] = [
    { ...change, code: "REPLICATION_FACTOR_RAISED", expected: 3, observed: 1 },
    { ...minimum, expected: "2", observed: "1" },
  ];
  const moves = movesOf({ changes: raised, warnings: [] }, false);
  expect(moves).toEqual({ ...none, factors: new Map([["orders", 3]]), lowered: [] });
});

test("An update of selected topics moves nothing, and any update keeps or ends a throttle", () => {
  expect(movesOf({ changes: [lowered], warnings: [] }, true)).toBeUndefined();
  expect(movesOf({ changes: [minimum], warnings: [] }, false)).toBeUndefined();
  const none = { factors: new Map(), lowered: [], throttled: [] };
  const ends = { ...none, throttled: ["returns"] };
  expect(movesOf({ changes: [lowered], warnings: [throttled] }, true)).toEqual(ends);
  expect(movesOf({ changes: [], warnings: [throttled] }, false)).toEqual(ends);
  expect(movesOf({ changes: [], warnings: [leftRates] }, false)).toEqual(none);
  expect(movesOf({ changes: [], warnings: [undue] }, false)).toBeUndefined();
});
