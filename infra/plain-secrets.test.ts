import { expect, test } from "vitest";
import { describeProblem } from "../kafka/refused-error.ts";
import { findPlainSecrets } from "./plain-secrets.ts";

const privateKey = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIIy\n-----END EC PRIVATE KEY-----\n";

test.each([
  ["kafka:saslPassword", "opensesame"],
  ["smoke:saslPassword", "opensesame"],
  ["audit:saslPassword", "opensesame"],
  ["kafka:clientKey", privateKey],
  ["kafka:clientKeyPassphrase", "opensesame"],
  ["kafka:saslAwsSecretKey", "opensesame"],
  ["kafka:saslAwsToken", "opensesame"],
  ["kafka:clientCert", `-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n${privateKey}`],
  ["kafka-topics:overrides", JSON.stringify({ orders: { config: { note: privateKey } } })],
])("An unencrypted secret is refused with place, key and remedy, and never shown: %s", (key, value) => {
  const [finding, ...more] = findPlainSecrets("prod", { [key]: value }, () => false);
  expect(more).toEqual([]);
  expect(finding).toMatchObject({ code: "SECRET_NOT_ENCRYPTED", place: "Pulumi.prod.yaml", field: key });
  expect(JSON.stringify(finding)).not.toMatch(/opensesame|MHcC/);
  expect(finding && describeProblem(finding)).toContain("npm run secret -- --stack prod ");
  expect(findPlainSecrets("prod", { [key]: value }, (encrypted) => encrypted === key)).toEqual([]);
});

test("The private key in a certificate is to be set as the client's key", () => {
  const [finding] = findPlainSecrets("prod", { "smoke:clientCert": privateKey }, () => false);
  expect(finding?.refused).toContain("npm run secret -- --stack prod smoke:clientKey");
});

test.each([
  ["kafka:saslUsername", "ada"],
  ["kafka:saslPassword", ""],
  ["kafka:clientKey", "/etc/kafka/client.key"],
  ["kafka:clientCert", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"],
  ["kafka-topics:namePattern", "saslPassword"],
])("Other values need no encryption: %s", (key, value) => {
  expect(findPlainSecrets("prod", { [key]: value }, () => false)).toEqual([]);
});
