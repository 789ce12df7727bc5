import { expect, test } from "vitest";
import { nearest } from "./problem.ts";

test("The nearest known names are suggested", () => {
  expect(nearest("orders", ["order", "orders.eu", "billing"])).toBe("perhaps order or orders.eu");
  expect(nearest("payments", ["orders", "billing"])).toBe("one of billing, orders");
});

test("A suggestion for a name of a million characters takes no time", () => {
  const known = Array.from({ length: 100 }, (_, index) => `some.config.key.${index}`);
  expect(nearest("x".repeat(1_000_000), known)).toBe("but none of the 100 is similar");
});

test("An unknown key that is like no other lists all known keys, sorted", () => {
  const known = Array.from(
    { length: 28 },
    (_, index) => `key${String.fromCharCode(122 - (index % 26))}${index}`,
  );
  expect(nearest("entirelyDifferent", known)).toBe(`one of ${known.toSorted().join(", ")}`);
});
