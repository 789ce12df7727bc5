import fc from "fast-check";
import { expect } from "vitest";
import { oddJson, oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { noLimit, topicConfig } from "./topic-config.ts";

const numbers = fc.oneof(
  fc.integer({ min: -3, max: 100 }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ min: 0, max: 1 }),
  fc.double(),
  fc.bigInt({ min: -3n, max: noLimit + 1n }),
  fc.constant(noLimit),
);
const lists = fc.array(
  fc.oneof(
    fc.constantFrom("compact", "delete"),
    fc.tuple(fc.nat(9), fc.nat()).map((pair) => pair.join(":")),
  ),
  { maxLength: 2 },
);
const texts = fc.constantFrom("compact", "delete", "*", "gzip", "producer", "LogAppendTime");
const values = fc.oneof(
  { arbitrary: fc.oneof(numbers, numbers, fc.boolean(), lists, texts), weight: 9 },
  oddJson,
);
const configs = fc.dictionary(
  fc.oneof({ arbitrary: fc.constantFrom(...topicConfig.keyof().options), weight: 20 }, oddText),
  values,
  { maxKeys: 3 },
);

testProperty("A config is refused, or rendered as text that stands for the same value", configs, (config) => {
  const parsed = topicConfig.safeParse(config);
  if (!parsed.success) return;
  expect(Object.keys(parsed.data).sort()).toEqual(Object.keys(config).sort());
  for (const [key, text] of Object.entries(parsed.data)) {
    const value = config[key];
    if (Array.isArray(value)) expect(text).toBe(value.join(","));
    // Kafka's numbers have no -0.
    else if (typeof value === "number") expect(Number(text)).toBe(value + 0);
    else expect(text).toBe(String(value));
  }
});
