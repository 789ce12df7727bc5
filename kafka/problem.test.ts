import { expect, test } from "vitest";
import { nearest } from "./problem.ts";

test("The nearest known names are suggested", () => {
  expect(nearest("orders", ["order", "orders.eu", "billing"])).toBe("perhaps order or orders.eu");
  expect(nearest("payments", ["orders", "billing"])).toBe("one of orders, billing");
});

test("A suggestion for a name of a million characters takes no time", () => {
  const known = Array.from({ length: 100 }, (_, index) => `some.config.key.${index}`);
  expect(nearest("x".repeat(1_000_000), known)).toMatch(/^one of some\.config\.key\.0, .* and 97 others$/);
});
