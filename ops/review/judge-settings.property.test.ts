import fc from "fast-check";
import { expect } from "vitest";
import { oddText } from "../../test/odd-values.ts";
import { testProperty } from "../../test/property.ts";
import { judgeSettings } from "./judge-settings.ts";
import { describeSetting, describeSettings } from "./setting-wording.ts";

const number = fc.integer({ min: 1, max: 9 }).map(String);
const duration = fc.integer({ min: 1, max: 9 }).map((days) => `${days} days`);
const configs = fc.constantFrom('["retention.ms"]', '["retention.ms","segment.ms"]');

/** Limits, each of which has an effect. */
const limits = fc.record(
  {
    "kafka-topics:namePattern": fc.constantFrom("[a-z]+", "{domain}"),
    "kafka-topics:minReplicationFactor": fc.constantFrom("2", "3"),
    "kafka-topics:defaultReplicationFactor": fc.constantFrom("4", "5"),
    "kafka-topics:maxPartitions": number,
    "kafka-topics:maxTotalPartitions": number,
    "kafka-topics:requiredConfigs": configs,
    "kafka-topics:forbiddenConfigs": configs,
    "kafka-topics:minRetention": duration,
    "kafka-topics:maxRetention": duration,
  },
  { requiredKeys: [] },
);
const text = fc.oneof(oddText, fc.constantFrom("true", "false", "3", '["a:1"]', "[secret]"));
const key = fc.oneof(
  fc.constantFrom(
    "kafka:bootstrapServers",
    "kafka:tlsEnabled",
    "kafka:skipTlsVerify",
    "kafka:saslMechanism",
    "smoke:clientCert",
    "kafka-topics:overrides",
    "kafka-topics:protect",
  ),
  oddText,
);
const settings = fc
  .tuple(limits, fc.dictionary(key, text))
  .map(([limit, others]) => ({ ...others, ...limit }));

testProperty("The same settings have no changes, and the order of keys has no meaning", settings, (one) => {
  const reversed = Object.fromEntries(Object.entries(one).reverse());
  expect(judgeSettings(one, reversed, [])).toEqual([]);
});

testProperty(
  "Each removed limit is loosened, and each added one is tightened",
  fc.tuple(settings, limits),
  ([others, removed]) => {
    const kept = Object.fromEntries(
      Object.entries(others).filter(([name]) => !name.startsWith("kafka-topics:")),
    );
    const changed = Object.keys(removed).sort();
    const codes = (code: string) => changed.map((name) => [name, code]);
    const found = (before: Record<string, string>, after: Record<string, string>) =>
      judgeSettings(before, after, [])
        .map((change) => [change.key, change.code])
        .sort();
    expect(found({ ...kept, ...removed }, kept)).toEqual(codes("LIMIT_LOOSENED"));
    expect(found(kept, { ...kept, ...removed })).toEqual(codes("LIMIT_TIGHTENED"));
  },
);

testProperty(
  "Every change is described, and only a weakened connection can be allowed",
  fc.tuple(settings, settings),
  ([before, after]) => {
    const changes = judgeSettings(before, after, ["*"]);
    for (const change of changes) {
      expect(describeSetting(change)).not.toMatch(/undefined|\[object/);
      expect(change.allowed).toBe(change.risk === "weakened" ? true : undefined);
    }
    if (changes.some(({ risk }) => risk !== "safe")) expect(describeSettings(changes)).not.toBe("");
  },
);
