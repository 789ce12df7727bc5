import { rootCertificates } from "node:tls";
import { expect, test } from "vitest";
import { readConnection } from "./connection.ts";
import { describeProblem } from "./refused-error.ts";

const servers = { "kafka:bootstrapServers": '["a:9092","b:9092"]' };
const [root = ""] = rootCertificates;
const pem = root.trimEnd();
const key = "-----BEGIN PRIVATE KEY-----";

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

test("A server that is given twice is one server", () => {
  expect(read({ "kafka:bootstrapServers": '["a:9092","b:9092","a:9092"]' })).toMatchObject({
    bootstrapServers: ["a:9092", "b:9092"],
  });
});

test("A Kafka version that the provider cannot read is refused", () => {
  for (const version of ["3.9.0", "4.1.0", "0.10.2.1"])
    expect(read({ "kafka:kafkaVersion": version })).toHaveProperty("bootstrapServers");
  for (const version of ["abc", "3.9", "3.9.0.1", "0.10.2", "v3.9.0", ""])
    expect(read({ "kafka:kafkaVersion": version })).toEqual([
      `  Pulumi.test.yaml: kafka:kafkaVersion: given '${version}', allowed: a Kafka version such as 3.9.0`,
    ]);
});

test("A CA is trusted, from PEM text in the config or the environment", () => {
  expect(read({ "kafka:caCert": pem })).toMatchObject({ tls: { ca: pem, rejectUnauthorized: true } });
  expect(read({}, { KAFKA_CA_CERT: pem })).toMatchObject({ tls: { ca: pem } });
});

test.for([
  ["CRLF", pem.replaceAll("\n", "\r\n"), 1],
  ["several, with text between them", `# our CA\n${pem}\nold:\n${rootCertificates[1]}\n`, 2],
  ["a private key beside it", `-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n${pem}`, 1],
] as const)("A file of CAs may have %s", ([, caCert, count]) => {
  const { tls } = Object(read({ "kafka:caCert": caCert }));
  expect(tls.ca.match(/-----BEGIN CERTIFICATE-----/g)).toHaveLength(count);
  expect(tls.ca).not.toContain("PRIVATE");
});

const broken = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
test.for([
  ["a block that is no certificate before a good one", broken + pem],
  ["one after it", `${pem}\n${broken}`],
  ["\\n instead of line breaks, as of an environment variable", pem.replaceAll("\n", "\\n")],
  ["spaces instead of line breaks", pem.replaceAll("\n", " ")],
  ["old line breaks", pem.replaceAll("\n", "\r")],
  ["an indentation", pem.replaceAll(/^/gm, "  ")],
  ["no end", pem.slice(0, -40)],
  ["quotation marks", JSON.stringify(pem)],
] as const)("CAs that the provider or a client would not read are refused: %s", ([, caCert]) => {
  expect(read({ "kafka:caCert": caCert })).toEqual([
    "  Pulumi.test.yaml: kafka:caCert: given '(not shown)', allowed: CA certificates in PEM format, each line at the left " +
      "margin, or the absolute path of such a file",
  ]);
});

test("A value of the stack takes precedence over one of the environment, even over an invalid one", () => {
  expect(read({ "kafka:tlsEnabled": "true" }, { KAFKA_ENABLE_TLS: "no" })).toHaveProperty("tls");
});

test("SASL PLAIN and SCRAM have kafkajs's names, and PLAIN is the default", () => {
  const user = { "kafka:saslUsername": "ada", "kafka:saslPassword": "secret" };
  expect(read(user)).toMatchObject({ sasl: { mechanism: "plain", username: "ada", password: "secret" } });
  expect(read({ ...user, "kafka:saslMechanism": "scram-sha512" })).toMatchObject({
    sasl: { mechanism: "scram-sha-512" },
  });
});

const refusals: [Record<string, string>, string][] = [
  [
    { "kafka:bootstrapServers": '["a:9092,b:9092"]' },
    `given 'a:9092,b:9092', allowed: a list of "host:port"`,
  ],
  [{ "kafka:bootstrapServers": "a:9092" }, `given 'a:9092', allowed: a list of "host:port"`],
  [{ "kafka:bootstrapServers": '["a:99999"]' }, "given 'a:99999', allowed: a list of"],
  [{ "kafka:bootstrapServers": '["a:0"]' }, "with ports from 1 to 65535"],
  [{ "kafka:tlsEnabled": "no" }, `kafka:tlsEnabled: given 'no', allowed: "true" or "false"`],
  [{ "kafka:timeout": "2147484" }, "given '2147484', allowed: a whole number of seconds from 1 to 2147483"],
  [
    { "kafka:saslMechanism": "gssapi" },
    "given 'gssapi', allowed: plain, scram-sha256, scram-sha512, oauthbearer or aws-iam",
  ],
  [{ "kafka:saslUsername": "", "kafka:saslPassword": "secret" }, "allowed: a user name"],
  [
    { "kafka:saslUsername": "ada\r", "kafka:saslPassword": "secret" },
    "kafka:saslUsername: given '(not shown)', allowed: a user name without line breaks",
  ],
  [
    { "kafka:saslUsername": "ada", "kafka:saslPassword": "secret\n" },
    "kafka:saslPassword: given '(not shown)', allowed: a password without line breaks",
  ],
  [
    { "kafka:clientKeyFile": "f" },
    "kafka:clientKeyFile: given '(not shown)', allowed: no value: this setting",
  ],
  [{ "kafka:tlsEnable": "false" }, "allowed: a known key, perhaps tlsEnabled"],
];
for (const [config, said] of refusals) {
  test(`Refused: ${said}`, () => {
    expect(read(config)).toEqual([expect.stringContaining(said)]);
  });
}

const allowedPem = "allowed: PEM text, or the absolute path of a PEM file";
const notPem: readonly (readonly [key: string, given: string, shown: string, reason: string])[] = [
  ["caCert", "/no/such/ca.pem", "/no/such/ca.pem", "this file does not exist"],
  ["caCert", "certs/ca.pem", "certs/ca.pem", "this path is relative"],
  ["clientKey", "./client.key", "./client.key", "this path is relative"],
  ["clientCert", "/tmp", "/tmp", "this is a directory"],
  ["caCert", "/dev/zero", "/dev/zero", "this is not a regular file"],
  ["caCert", "/etc/passwd", "/etc/passwd", "this file contains no certificate"],
  ["clientKey", "/etc/passwd", "/etc/passwd", "this file contains no private key"],
  ["caCert", key, "(not shown)", "this text is a private key"],
  ["clientKey", pem, "(not shown)", "this text is a certificate"],
  ["clientKey", "hunter2", "(not shown)", "this text contains no private key"],
];
test.for(notPem)(
  "What is wrong with a PEM file is named, and its path is shown: %s %s",
  ([field, given, shown, reason]) => {
    const said = read({ [`kafka:${field}`]: given });
    expect(said).toContain(`  Pulumi.test.yaml: kafka:${field}: given '${shown}', ${allowedPem}; ${reason}`);
  },
);

const off = { "kafka:tlsEnabled": "false" };
const inconsistencies: [Record<string, string>, string][] = [
  [
    { "kafka:saslUsername": "ada" },
    "kafka:saslPassword: given nothing, allowed: the password of kafka:saslUsername; to connect without SASL, remove",
  ],
  [
    { "kafka:saslPassword": "secret", "kafka:saslMechanism": "plain" },
    "kafka:saslUsername: given nothing, allowed: the user of kafka:saslPassword; to connect without SASL, remove",
  ],
  [
    { "kafka:saslMechanism": "scram-sha512" },
    "kafka:saslMechanism: given 'scram-sha512', allowed: no value without kafka:saslUsername and kafka:saslPassword",
  ],
  [
    { "kafka:clientCert": pem },
    "kafka:clientKey: given nothing, allowed: the private key of kafka:clientCert; to",
  ],
  [
    { "kafka:clientKey": key },
    "kafka:clientCert: given nothing, allowed: the certificate of kafka:clientKey; to",
  ],
  [
    { "kafka:clientKeyPassphrase": "secret" },
    "kafka:clientKeyPassphrase: given '(not shown)', allowed: no value without kafka:clientCert",
  ],
  [
    { ...off, "kafka:caCert": pem },
    "kafka:caCert: given '(not shown)', allowed: no value while kafka:tlsEnabled is",
  ],
  [
    { ...off, "kafka:skipTlsVerify": "true" },
    "kafka:skipTlsVerify: given 'true', allowed: no value while kafka:tlsEnabled is",
  ],
];
test.for(inconsistencies)("A setting without effect is refused: %j", ([config, said]) => {
  expect(read(config)).toEqual([expect.stringContaining(said)]);
  const result = readConnection({ ...servers, ...config }, "Pulumi.test.yaml", {});
  expect(result).toMatchObject({
    problems: [{ code: "CONNECTION_INCONSISTENT", place: "Pulumi.test.yaml" }],
  });
});

test.for(["caCertFile", "clientCertFile", "clientKeyFile"])(
  "%s, half of a way to connect that is not supported, is refused by itself",
  (key) => {
    expect(read({ [`kafka:${key}`]: "half" })).toEqual([expect.stringContaining("not supported")]);
  },
);

test("All that is wrong with a connection is reported together, and once", () => {
  const config = {
    ...off,
    "kafka:caCert": "no PEM",
    "kafka:saslMechanism": "gssapi",
    "kafka:timeout": "soon",
  };
  expect(read({ ...config, "kafka:skipTlsVerify": "true" })).toEqual([
    expect.stringContaining("caCert: given '(not shown)', allowed: PEM text"),
    expect.stringContaining("saslMechanism: given 'gssapi', allowed: plain, scram"),
    expect.stringContaining("timeout: given 'soon'"),
    expect.stringContaining("skipTlsVerify: given 'true', allowed: no value while"),
  ]);
});

test("A mechanism alone is refused wherever it is set; TLS settings of the environment leave a stack without TLS alone", () => {
  expect(read({}, { KAFKA_SASL_MECHANISM: "scram-sha256" })).toEqual([
    expect.stringContaining(
      "environment: KAFKA_SASL_MECHANISM: given 'scram-sha256', allowed: no value without",
    ),
  ]);
  expect(read(off, { KAFKA_CA_CERT: pem, KAFKA_SKIP_VERIFY: "true" })).not.toHaveProperty("tls");
  expect(read({ ...off, "kafka:skipTlsVerify": "false" })).toHaveProperty("bootstrapServers");
});

test("A problem never shows a password", () => {
  const said = read({
    "kafka:saslPassword": "hunter2",
    "kafka:saslPasswort": "hunter2",
    "kafka:timeout": "soon",
  });
  expect(JSON.stringify(said)).not.toContain("hunter2");
});
