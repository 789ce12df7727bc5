import { rootCertificates } from "node:tls";
import { expect, test } from "vitest";
import { TemporaryCertificates } from "../test/certificates.ts";
import { describeProblem } from "./refused-error.ts";
import { readSmokeSettings } from "./smoke-settings.ts";

const [ca = ""] = rootCertificates;
const deploying = {
  "kafka:bootstrapServers": '["a:9092"]',
  "kafka:saslMechanism": "scram-sha512",
  "kafka:saslUsername": "deployer",
  "kafka:saslPassword": "d",
};

function read(config: Record<string, string>, base: Record<string, string> = deploying, environment = {}) {
  const result = readSmokeSettings({ ...base, ...config }, "Pulumi.test.yaml", environment);
  return "problems" in result ? result.problems.map(describeProblem) : result;
}

test("Without settings of its own, the smoke suite connects as the deployment does, with any group", () => {
  expect(read({})).toMatchObject({
    connection: { bootstrapServers: ["a:9092"], sasl: { mechanism: "scram-sha-512", username: "deployer" } },
    groups: { name: "", isPrefix: true },
  });
});

test("Each setting of the smoke suite replaces the deployment's", () => {
  const own = {
    "smoke:saslUsername": "smoke",
    "smoke:saslPassword": "s",
    "smoke:bootstrapServers": '["b:9093"]',
  };
  expect(read(own)).toMatchObject({
    connection: {
      bootstrapServers: ["b:9093"],
      sasl: { mechanism: "scram-sha-512", username: "smoke", password: "s" },
    },
  });
});

test("A smoke suite with another mechanism, or other credentials of AWS, uses none of the deployment's", () => {
  const iam = { "smoke:saslMechanism": "aws-iam", "smoke:saslAwsRegion": "eu-west-1" };
  expect(read(iam)).toMatchObject({
    connection: { sasl: { mechanism: "aws-iam", credentials: { from: "default chain" } } },
  });
  const aws = {
    "kafka:bootstrapServers": '["a:9098"]',
    "kafka:saslMechanism": "aws-iam",
    "kafka:saslAwsRegion": "eu-west-1",
    "kafka:saslAwsRoleArn": "arn:aws:iam::123456789012:role/deployer",
  };
  const readOnAws = (own: Record<string, string>) => readSmokeSettings({ ...aws, ...own }, "", {});
  expect(readOnAws({ "smoke:saslAwsProfile": "smoke" })).toMatchObject({
    connection: { sasl: { region: "eu-west-1", credentials: { from: "profile", profile: "smoke" } } },
  });
  const user = { "smoke:saslMechanism": "plain", "smoke:saslUsername": "s", "smoke:saslPassword": "s" };
  expect(readOnAws(user)).toMatchObject({ connection: { sasl: { mechanism: "plain", username: "s" } } });
});

test("A smoke suite that has only a certificate does not use the deployment's password", () => {
  const pem = { "smoke:clientCert": "none", "smoke:clientKey": "none" };
  expect(read(pem)).toEqual([
    "  Pulumi.test.yaml: smoke:clientCert: given '(not shown)', allowed: PEM text, or the absolute path of a PEM file; this text contains no certificate",
    "  Pulumi.test.yaml: smoke:clientKey: given '(not shown)', allowed: PEM text, or the absolute path of a PEM file; this text contains no private key",
  ]);
});

test("A problem of a smoke setting names its key, and one of the deployment's settings is reported as such", () => {
  expect(read({ "smoke:saslMechanism": "scram" })).toEqual([
    "  Pulumi.test.yaml: smoke:saslMechanism: given 'scram', allowed: plain, scram-sha256, scram-sha512, oauthbearer or aws-iam",
  ]);
  expect(read({ "smoke:saslPasword": "secret" })).toEqual([
    "  Pulumi.test.yaml: smoke:saslPasword: given '(not shown)', allowed: a known key, perhaps saslPassword",
  ]);
});

test("The problems of both connections and of the group are reported together, each once", () => {
  const timeout =
    "  Pulumi.test.yaml: kafka:timeout: given '0', allowed: a whole number of seconds from 1 to 2147483";
  expect(read({ "kafka:timeout": "0", "smoke:saslUsername": "smoke" })).toEqual([
    timeout,
    expect.stringContaining("smoke:saslPassword: given nothing, allowed: the password of smoke:saslUsername"),
  ]);
  const malformed = { "smoke:tlsEnabled": "no", "smoke:timeout": "soon", "smoke:group": "a b" };
  expect(read({ "kafka:timeout": "0", ...malformed })).toEqual([
    timeout,
    expect.stringContaining("smoke:tlsEnabled: given 'no'"),
    expect.stringContaining("smoke:timeout: given 'soon'"),
    expect.stringContaining("smoke:group: given 'a b'"),
  ]);
  expect(read({ "smoke:timeout": "5", "kafka:saslMechanism": "gssapi" }, {})).toEqual([
    expect.stringContaining("kafka:bootstrapServers: given nothing"),
    expect.stringContaining("kafka:saslMechanism: given 'gssapi'"),
  ]);
});

const iam = {
  "kafka:bootstrapServers": '["a:9098"]',
  "kafka:saslMechanism": "aws-iam",
  "kafka:saslAwsRegion": "eu-west-1",
};
const role = "arn:aws:iam::123456789012:role/smoke";
const container = {
  AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/var/run/token",
  AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.23/v1/credentials",
};
const contradictions: [Record<string, string>, Record<string, string>, NodeJS.ProcessEnv, string][] = [
  [
    { "smoke:saslUsername": "smoke" },
    { "kafka:bootstrapServers": '["a:9092"]' },
    {},
    "smoke:saslPassword: given nothing, allowed: the password of smoke:saslUsername; to connect without SASL, remove smoke:",
  ],
  [
    { "smoke:saslMechanism": "aws-iam", "smoke:saslAwsRegion": "eu-west-1" },
    { ...deploying, "kafka:tlsEnabled": "false" },
    {},
    "kafka:tlsEnabled: given 'false', allowed: \"true\" if smoke:saslMechanism is aws-iam",
  ],
  [
    { "smoke:caCert": ca },
    { ...deploying, "kafka:tlsEnabled": "false" },
    {},
    "smoke:caCert: given '(not shown)', allowed: no value while kafka:tlsEnabled is \"false\"",
  ],
  [
    { "smoke:clientKeyPassphrase": "p" },
    deploying,
    {},
    "smoke:clientKeyPassphrase: given '(not shown)', allowed: no value without smoke:clientCert and smoke:clientKey",
  ],
  [
    { "smoke:saslAwsRegion": "eu-west-1" },
    deploying,
    {},
    "smoke:saslAwsRegion: given 'eu-west-1', allowed: no value unless kafka:saslMechanism is aws-iam; set kafka:saslMechanism,",
  ],
  [
    { "smoke:saslAwsRegion": "eu-west-1" },
    { "kafka:bootstrapServers": '["a:9092"]', "kafka:saslUsername": "ada", "kafka:saslPassword": "s" },
    { KAFKA_SASL_MECHANISM: "plain" },
    "allowed: no value unless KAFKA_SASL_MECHANISM is aws-iam; set KAFKA_SASL_MECHANISM,",
  ],
  [
    { "smoke:saslAwsRoleArn": role, "smoke:saslAwsProfile": "smoke" },
    iam,
    {},
    "smoke:saslAwsProfile: given '(not shown)', allowed: no value with smoke:saslAwsRoleArn, which the provider prefers",
  ],
];
test.for(contradictions)(
  "Advice names each key by the namespace or the variable that sets it: %j, %j, %j",
  ([own, base, environment, said]) => {
    expect(read(own, base, environment)).toEqual([expect.stringContaining(said)]);
  },
);

test("A smoke suite without TLS ignores the certificates of the deployment", () => {
  const pem = { "kafka:caCert": ca };
  expect(read({ ...pem, "smoke:tlsEnabled": "false" })).not.toHaveProperty("connection.tls");
});

test("A smoke suite with its own credentials of AWS ignores those of the environment", () => {
  expect(read({ "smoke:saslAwsRoleArn": role }, iam, container)).toMatchObject({
    connection: { sasl: { credentials: { from: "role" } } },
  });
});

test("A connection knows where each of its settings comes from", () => {
  const own = { "smoke:saslUsername": "smoke", "smoke:saslPassword": "s" };
  const servers = { "kafka:bootstrapServers": '["a:9092"]' };
  expect(read(own, servers, { KAFKA_CA_CERT: ca })).toHaveProperty("connection.settingNames", {
    namespace: "smoke",
    elsewhere: { bootstrapServers: "kafka:bootstrapServers", caCert: "KAFKA_CA_CERT" },
  });
  expect(read({})).not.toHaveProperty("connection.settingNames");
});

test("The group is one group, or a prefix that ends with an asterisk", () => {
  expect(read({ "smoke:group": "audit" })).toMatchObject({ groups: { name: "audit", isPrefix: false } });
  expect(read({ "smoke:group": "audit-*" })).toMatchObject({ groups: { name: "audit-", isPrefix: true } });
  for (const group of ["", "*", "a b", "*a", '["a"]', '{"a":1}'])
    expect(read({ "smoke:group": group })).toEqual([
      `  Pulumi.test.yaml: smoke:group: given '${group}', allowed: the id of a consumer group that nothing else uses, or a prefix such as "audit-*"`,
    ]);
});

test("A smoke suite with a certificate uses no part of the deployment's identity, also not from the environment", () => {
  using certificates = new TemporaryCertificates();
  certificates.issueCa("ca");
  certificates.issue("deployer", "ca");
  certificates.issue("smoke", "ca");
  const rsa = ["-in", certificates.key("deployer"), "-out", certificates.key("encrypted")];
  certificates.openssl("rsa", "-aes256", "-traditional", "-passout", "pass:p", ...rsa);
  const servers = { "kafka:bootstrapServers": '["a:9092"]' };
  const own = {
    "smoke:clientCert": certificates.certificate("smoke"),
    "smoke:clientKey": certificates.key("smoke"),
  };
  const user = { KAFKA_SASL_USERNAME: "deployer", KAFKA_SASL_PASSWORD: "d" };
  const fromEnvironment = read(own, servers, user);
  expect(fromEnvironment).toHaveProperty("connection.tls.client");
  expect(fromEnvironment).not.toHaveProperty("connection.sasl");
  const encrypted = {
    ...servers,
    "kafka:clientCert": certificates.certificate("deployer"),
    "kafka:clientKey": certificates.key("encrypted"),
    "kafka:clientKeyPassphrase": "p",
  };
  expect(read(own, encrypted)).not.toHaveProperty("connection.tls.client.passphrase");
  expect(read(own, encrypted)).toHaveProperty("connection.tls.client.cert", certificates.read("smoke.pem"));
});
