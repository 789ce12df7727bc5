import { expect, test } from "vitest";
import { readConnection } from "./connection.ts";
import { describeProblem } from "./refused-error.ts";

const servers = { "kafka:bootstrapServers": '["a:9092","b:9092"]' };
const pem = "-----BEGIN CERTIFICATE-----";

function read(config: Record<string, string>, environment: NodeJS.ProcessEnv = {}) {
  const result = readConnection({ ...servers, ...config }, "Pulumi.test.yaml", environment);
  return "problems" in result ? result.problems.map(describeProblem) : result.connection;
}

test("TLS is on unless switched off, as in the provider", () => {
  expect(read({})).toEqual({
    bootstrapServers: ["a:9092", "b:9092"],
    timeoutMs: 120_000,
    tls: { rejectUnauthorized: true },
  });
  expect(read({ "kafka:tlsEnabled": "false", "kafka:timeout": "5" })).toEqual({
    bootstrapServers: ["a:9092", "b:9092"],
    timeoutMs: 5_000,
  });
});

test("A CA is trusted, from PEM text in the config or the environment", () => {
  expect(read({ "kafka:caCert": pem })).toMatchObject({ tls: { ca: pem, rejectUnauthorized: true } });
  expect(read({}, { KAFKA_CA_CERT: pem })).toMatchObject({ tls: { ca: pem } });
});

test("An unsupported setting that the provider would read from the environment is refused", () => {
  expect(read({}, { KAFKA_CLIENT_CERT: pem })).toEqual([
    expect.stringContaining("environment: KAFKA_CLIENT_CERT: given '(not shown)', allowed: no value"),
  ]);
  expect(read({ "kafka:tlsEnabled": "true" }, { KAFKA_ENABLE_TLS: "no" })).toHaveProperty("tls");
});

test("SASL PLAIN and SCRAM have kafkajs's names, and SASL is off without a user", () => {
  const user = { "kafka:saslUsername": "ada", "kafka:saslPassword": "secret" };
  expect(read(user)).toMatchObject({ sasl: { mechanism: "plain", username: "ada", password: "secret" } });
  expect(read({ ...user, "kafka:saslMechanism": "scram-sha512" })).toMatchObject({
    sasl: { mechanism: "scram-sha-512" },
  });
  expect(read({ "kafka:saslMechanism": "scram-sha256" })).not.toHaveProperty("sasl");
});

const refusals: [Record<string, string>, string][] = [
  [
    { "kafka:bootstrapServers": '["a:9092,b:9092"]' },
    `given 'a:9092,b:9092', allowed: a list of "host:port"`,
  ],
  [{ "kafka:bootstrapServers": "a:9092" }, `given 'a:9092', allowed: a list of "host:port"`],
  [{ "kafka:tlsEnabled": "no" }, `kafka:tlsEnabled: given 'no', allowed: "true" or "false"`],
  [{ "kafka:saslMechanism": "aws-iam" }, "given 'aws-iam', allowed: plain, scram-sha256 or scram-sha512"],
  [
    { "kafka:saslUsername": "ada" },
    "kafka:saslPassword: given nothing, allowed: saslUsername and saslPassword",
  ],
  [{ "kafka:clientCert": pem }, "kafka:clientCert: given '(not shown)', allowed: no value: this setting"],
  [
    { "kafka:caCert": "/no/such/file" },
    "kafka:caCert: given '(not shown)', allowed: PEM text, or the absolute",
  ],
  [{ "kafka:caCert": "/tmp" }, "kafka:caCert: given '(not shown)', allowed: PEM text, or the absolute"],
  [{ "kafka:tlsEnable": "false" }, "allowed: a known key, perhaps tlsEnabled"],
];
for (const [config, said] of refusals) {
  test(`Refused: ${said}`, () => {
    expect(read(config)).toEqual([expect.stringContaining(said)]);
  });
}

test("A problem never shows a password", () => {
  const said = read({
    "kafka:saslPassword": "hunter2",
    "kafka:saslPasswort": "hunter2",
    "kafka:timeout": "soon",
  });
  expect(JSON.stringify(said)).not.toContain("hunter2");
});
