import { expect, test } from "vitest";
import { askUntilSettled, findTemporary } from "./retry.ts";

const itemsOf = (...codes: number[]) => codes.map((errorCode) => ({ errorCode }));

test("Only errors that the protocol calls retriable and that end by themselves are temporary", () => {
  const [unknownTopic, leaderNotAvailable, notController, unauthorized, throttled, ofVendor] = [
    ...[3, 5, 41, 29, 89, 32_000],
  ] as const;
  const named = (...codes: number[]) => findTemporary(itemsOf(...codes))?.error;
  expect(named(0, leaderNotAvailable)).toBe("LEADER_NOT_AVAILABLE");
  expect(named(unauthorized, notController)).toBe("NOT_CONTROLLER");
  expect(named(0, unknownTopic, unauthorized, ofVendor)).toBeUndefined();
  expect(findTemporary(itemsOf(throttled), 300)).toEqual({
    error: "THROTTLING_QUOTA_EXCEEDED",
    throttleMs: 300,
  });
});

test("A temporary answer is asked for again until it is settled, or the time is up, and not earlier than a broker says", async () => {
  const answers = [
    { error: "NOT_CONTROLLER" },
    { error: "THROTTLING_QUOTA_EXCEEDED", throttleMs: 600 },
    undefined,
  ];
  let asked = 0;
  const errors: string[] = [];
  const start = performance.now();
  const settled = await askUntilSettled(
    async () => asked++,
    (answer) => answers[answer],
    { onRetry: (error) => errors.push(error) },
  );
  expect(settled).toBe(2);
  expect(errors).toEqual(["NOT_CONTROLLER", "THROTTLING_QUOTA_EXCEEDED"]);
  expect(performance.now() - start).toBeGreaterThanOrEqual(840);

  // Longer than the time left.
  const throttled = { error: "THROTTLING_QUOTA_EXCEEDED", throttleMs: 60_000 };
  expect(
    await askUntilSettled(
      async () => "refused",
      () => throttled,
    ),
  ).toBe("refused");
  expect(performance.now() - start).toBeLessThan(5_000);
});
