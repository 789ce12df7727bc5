import fc from "fast-check";
import { expect } from "vitest";
import { oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { isAddress } from "./address.ts";
import { readSmokeSettings } from "./smoke-settings.ts";

const secret = "hunter2";
const servers = { "kafka:bootstrapServers": '["a:9092"]' };
const kafka: fc.Arbitrary<Record<string, string>> = fc.constantFrom(
  { ...servers, "kafka:tlsEnabled": "false" },
  { ...servers, "kafka:saslUsername": "ada", "kafka:saslPassword": secret },
);
const valid: fc.Arbitrary<Record<string, string>> = fc.record(
  {
    "smoke:group": fc.constantFrom("smoke", "audit-*", "*"),
    "smoke:bootstrapServers": fc.constant('["b:9092"]'),
    "smoke:saslUsername": fc.constant("bob"),
    "smoke:saslPassword": fc.constant(secret),
    "smoke:timeout": fc.constant("1"),
  },
  { requiredKeys: ["smoke:saslUsername", "smoke:saslPassword"] },
);
const mistakes = fc.array(
  fc.oneof(
    fc.tuple(fc.constant("smoke:group"), oddText),
    fc.tuple(fc.constantFrom("smoke:bootstrapServers", "smoke:timeout", "smoke:tlsEnabled"), oddText),
    fc.tuple(fc.constantFrom("smoke:clientCert", "smoke:caCert", "smoke:saslPasswort"), fc.constant(secret)),
    fc.tuple(
      oddText.map((text) => `smoke:${text}`),
      fc.constant(secret),
    ),
  ),
  { maxLength: 2 },
);

testProperty(
  "Any smoke settings are a connection and groups, or give problems of these settings that show no secret",
  fc.tuple(kafka, valid, mistakes),
  ([kafka, valid, mistakes]) => {
    const config = { ...kafka, ...valid, ...Object.fromEntries(mistakes) };
    const read = readSmokeSettings(config, "Pulumi.test.yaml", {});
    if ("problems" in read) {
      expect(read.problems).not.toEqual([]);
      for (const { field } of read.problems) expect(field).toMatch(/^smoke:/);
      expect(JSON.stringify(read.problems)).not.toContain(secret);
      return;
    }
    expect(read.connection.bootstrapServers.every(isAddress)).toBe(true);
    expect(read.groups.name).toMatch(/^[^\s*]*$/);
  },
);
