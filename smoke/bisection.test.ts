import { expect, test } from "vitest";
import { bisectFailures } from "./bisection.ts";
import { OutOfTimeError, outOfTime } from "./deadline.ts";

test("A failing item does not affect the results of the others, and costs few extra calls", async () => {
  const items = Array.from({ length: 64 }, (_, index) => index);
  let calls = 0;
  const results = await bisectFailures(items, async (some) => {
    calls++;
    if (some.includes(13) || some.includes(50)) throw new Error("as a whole");
    return new Map(some.map((item) => [item, String(item)]));
  });
  const failed = new Error("as a whole");
  expect(results).toEqual(
    new Map(items.map((item) => [item, item === 13 || item === 50 ? failed : String(item)])),
  );
  expect(calls).toBeLessThan(30);
});

test("A retriable failure is retried as a whole; a failure that concerns all items is not bisected", async () => {
  let calls = 0;
  const passing = await bisectFailures([1, 2], async (some) => {
    if (++calls === 1) throw Object.assign(new Error("leader moved"), { retriable: true });
    return new Map(some.map((item) => [item, item]));
  });
  expect(passing).toEqual(
    new Map([
      [1, 1],
      [2, 2],
    ]),
  );
  expect(calls).toBe(2);

  calls = 0;
  const refuse = async (): Promise<Map<number, number>> => {
    calls++;
    throw new Error("the group");
  };
  const refused = await bisectFailures([1, 2, 3, 4], refuse, 0, () => true);
  expect(refused.size).toBe(4);
  expect(calls).toBe(1);
});

test("Once the time is up, no smaller call is tried", async () => {
  let calls = 0;
  const results = await bisectFailures([1, 2, 3], async () => {
    calls++;
    throw new OutOfTimeError("the answer did not come in time");
  });
  expect(calls).toBe(1);
  expect(results.size).toBe(3);
});

test("An interruption ends the pause before the next try", async () => {
  const controller = new AbortController();
  const deadline = { at: Number.POSITIVE_INFINITY, signal: controller.signal };
  const start = performance.now();
  const attempt = async (): Promise<Map<number, number>> => {
    if (deadline.signal.aborted) throw outOfTime(deadline, "the answer");
    setImmediate(() => controller.abort());
    throw Object.assign(new Error("leader moved"), { retriable: true });
  };
  const patienceUntil = start + 60_000;
  const outcomes = await bisectFailures([1], attempt, patienceUntil, () => false, deadline);
  expect(outcomes.get(1)).toMatchObject({ message: "interrupted before the answer came" });
  expect(performance.now() - start).toBeLessThan(400);
});
