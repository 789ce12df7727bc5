import fc from "fast-check";
import { expect } from "vitest";
import { RefusedError } from "../kafka/refused-error.ts";
import { damage, misplace, oddJson, oddJsonText, oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { readStack } from "./stack.ts";
import { duration } from "./stack-values.ts";

const project = "kafka-topics";
const secret = "hunter2";

const asJson = (values: fc.Arbitrary<unknown>) => values.map((value) => JSON.stringify(value) ?? "undefined");
const factor = asJson(fc.integer({ min: 1, max: 5 }));
const count = asJson(fc.integer({ min: 1, max: 10_000 }));
const yesOrNo = asJson(fc.boolean());
const configKeys = fc.constantFrom(`["retention.ms"]`, `["cleanup.policy","min.insync.replicas"]`, "[]");
const durations = fc
  .tuple(fc.integer({ min: 1, max: 999_999_999 }), fc.constantFrom("minute", "hours", "days"))
  .map(([number, unit]) => `${number} ${unit}`);
const overrides = fc.dictionary(
  fc.constantFrom("orders", "orders.eu", "constructor"),
  fc.record(
    {
      partitions: fc.nat(100),
      replicationFactor: fc.nat(5),
      config: fc.constantFrom({}, { "retention.ms": 1 }, { "min.insync.replicas": 2 }),
      smoke: fc.constantFrom("metadata", { off: "why" }),
      sample: fc.jsonValue(),
      protect: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
);

const valid = fc.record(
  {
    preflight: fc.constantFrom("on", "off"),
    adoptExisting: yesOrNo,
    protect: yesOrNo,
    defaultReplicationFactor: factor,
    maxReplicationFactor: factor,
    minReplicationFactor: factor,
    maxPartitions: count,
    maxTotalPartitions: count,
    namePattern: fc.constantFrom("{domain}\\..*", "[a-z]+", "(a|b)*"),
    requiredConfigs: configKeys,
    forbiddenConfigs: configKeys,
    minRetention: durations,
    maxRetention: fc.oneof(durations, fc.constant("none")),
    overrides: asJson(overrides),
    promoteAfter: asJson(fc.subarray(["staging", "dev", "constructor"])),
  },
  { requiredKeys: [] },
);
const keys = fc.constantFrom(
  ...["preflight", "protect", "defaultReplicationFactor", "maxPartitions", "namePattern", "requiredConfigs"],
  ...["forbiddenConfigs", "minRetention", "maxRetention", "overrides", "promoteAfter"],
);
const mistakes = fc.oneof(
  fc.tuple(keys, fc.oneof(oddText, oddJsonText, asJson(misplace(overrides, oddJson)), damage(durations))),
  fc.tuple(keys, asJson(fc.array(oddJson, { maxLength: 2 }))),
  fc.tuple(fc.constant("overrides"), asJson(misplace(overrides, oddJson))),
  // An unknown key may be a password without its prefix.
  fc.tuple(fc.oneof(fc.constantFrom("saslPassword", "overrides.orders"), oddText), fc.constant(secret)),
);

testProperty(
  "Any stack config is a stack, or gives problems with file and field that show no unknown key's value",
  fc.tuple(valid, fc.array(mistakes, { maxLength: 2 })),
  ([settings, mistakes]) => {
    const entries = [...Object.entries(settings), ...mistakes].map(([key, value]) => [
      `${project}:${key}`,
      value,
    ]);
    const { stack, problems } = readStack(project, "test", Object.fromEntries(entries));
    if (problems.length === 0) expect(stack).toBeDefined();
    for (const { code, place, field } of problems) {
      expect(["INVALID_VALUE", "UNKNOWN_KEY"]).toContain(code);
      expect(place).toBe("Pulumi.test.yaml");
      expect(entries.some(([key = ""]) => `${project}:${field}`.startsWith(key))).toBe(true);
    }
    expect(new RefusedError(problems).message).not.toContain(secret);
    // All problems are reported together.
    const isRight = ([key = ""]: string[]) =>
      !problems.some(({ field }) => `${project}:${field}`.startsWith(key));
    expect(readStack(project, "test", Object.fromEntries(entries.filter(isRight))).problems).toEqual([]);
    if (!stack) return;
    const { minRetention = 1, maxRetention = Number.POSITIVE_INFINITY } = stack.limits;
    expect(minRetention).toBeLessThanOrEqual(maxRetention);
    expect(Number.isSafeInteger(stack.defaultReplicationFactor)).toBe(true);
  },
);

const unitMs = new Map([
  ["minute", 60_000n],
  ["hour", 3_600_000n],
  ["day", 86_400_000n],
]);

testProperty(
  "A duration is a whole number of minutes, hours or days in ms, or refused",
  fc.oneof(durations, damage(durations), oddText),
  (text) => {
    const parsed = duration.safeParse(text);
    const [, number = "0", unit = ""] = /^([1-9]\d{0,8}) (minute|hour|day)s?$/.exec(text) ?? [];
    expect(parsed.success).toBe(unit !== "" || text === "none");
    expect(BigInt(parsed.data ?? 0)).toBe(BigInt(number) * (unitMs.get(unit) ?? 0n));
  },
);
