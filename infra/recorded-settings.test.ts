import { expect, test } from "vitest";
import { recordSettings } from "./recorded-settings.ts";

test("Neither a secret nor a value that may be a misspelt password is recorded", () => {
  const hidden = {
    "kafka:saslPassword": "hunter2",
    "kafka:clientKey": "-----BEGIN PRIVATE KEY-----",
    "kafka:saslPaswword": "hunter2",
    "kafka-topics:password": "hunter2",
    "other:anything": "hunter2",
    // Encrypted in the stack's file, although nobody has to.
    "smoke:saslUsername": "ada",
  };
  const recorded = recordSettings("kafka-topics", hidden, (key) => key === "smoke:saslUsername");
  expect(Object.keys(recorded)).toEqual(Object.keys(hidden));
  expect(new Set(Object.values(recorded))).toEqual(new Set(["[secret]"]));
});

test("Plain settings are recorded as they are, and a certificate as a hash of its text, but not of its path", () => {
  const plain = {
    "kafka:saslUsername": "deployer",
    "smoke:group": "audit-*",
    "kafka-topics:maxPartitions": "3",
    "smoke:caCert": "/etc/kafka/ca.pem",
  };
  const pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
  const recorded = recordSettings("kafka-topics", { ...plain, "kafka:caCert": pem }, () => false);
  expect(recorded).toEqual({ ...plain, "kafka:caCert": expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
});
