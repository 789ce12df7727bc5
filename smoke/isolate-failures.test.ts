import { expect, test } from "vitest";
import { isolateFailures } from "./isolate-failures.ts";

test("One item's failure costs no other its result, and few calls", async () => {
  const items = Array.from({ length: 64 }, (_, index) => index);
  let calls = 0;
  const results = await isolateFailures(
    items,
    async (some) => {
      calls++;
      if (some.includes(13) || some.includes(50)) throw new Error("as a whole");
      return some.map(String);
    },
    (item, error) => `${item} failed ${error.message}`,
  );
  expect(results).toEqual(
    items.map((item) => (item === 13 || item === 50 ? `${item} failed as a whole` : String(item))),
  );
  expect(calls).toBeLessThan(30);
});
