import fc from "fast-check";
import { expect } from "vitest";
import { oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { describeDuration, describeValue } from "./describe-value.ts";

const factors = new Map([
  ["ms", 1n],
  ["second", 1_000n],
  ["minute", 60_000n],
  ["hour", 3_600_000n],
  ["day", 86_400_000n],
  ["bytes", 1n],
  ["KiB", 2n ** 10n],
  ["MiB", 2n ** 20n],
  ["GiB", 2n ** 30n],
]);

/** The number that a description stands for. */
function numberIn(described: string): bigint {
  const [number = "", unit = "ms"] = described.split(" ");
  return BigInt(number) * (factors.get(unit.replace(/^(second|minute|hour|day)s$/, "$1")) ?? 0n);
}

const unit = fc.constantFrom(...factors.values());
const longs = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt(-2n, 2n ** 40n));
const multiples = fc.tuple(fc.bigInt(1n, 10_000n), unit).map(([count, size]) => count * size);
const keys = fc.constantFrom("retention.ms", "segment.bytes");

testProperty(
  "A number of ms or bytes is described without loss",
  fc.tuple(keys, fc.oneof(longs, multiples)),
  ([key, value]) => {
    const described = describeValue(key, String(value));
    if (value === -1n || value === 2n ** 63n - 1n) expect(described).toMatch(/^(forever|unlimited)$/);
    else expect(numberIn(described)).toBe(value);
  },
);

testProperty("A duration is described without loss", fc.nat(2 ** 40), (ms) => {
  expect(numberIn(describeDuration(ms))).toBe(BigInt(ms));
});

testProperty(
  "A text that is no number stays as it is, on one line and cut if it is long",
  fc.tuple(fc.oneof(keys, oddText), oddText),
  ([key, value]) => {
    fc.pre(!/^-?\d+$/.test(value));
    const described = describeValue(key, value);
    if (/^(?! )\S*(?: \S+)*$/.test(value) && value.length <= 100) expect(described).toBe(value);
    expect(described).not.toMatch(/[\r\n]/);
    expect(described.length).toBeLessThanOrEqual(103);
  },
);
