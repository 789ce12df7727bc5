import { expect, test } from "vitest";
import { judgeSettings } from "./judge-settings.ts";

const base = {
  "kafka:bootstrapServers": '["broker-1.example.com:9093","broker-2.example.com:9093"]',
  "kafka:saslMechanism": "scram-sha512",
  "kafka:saslUsername": "deployer",
  "kafka:saslPassword": "[secret]",
  "kafka:caCert": "sha256:1",
  "kafka-topics:namePattern": "{domain}\\.[a-z]+",
  "kafka-topics:minReplicationFactor": "3",
  "kafka-topics:maxPartitions": "3",
  "kafka-topics:requiredConfigs": '["retention.ms"]',
  "kafka-topics:minRetention": "12 hours",
  "kafka-topics:maxRetention": "30 days",
  "kafka-topics:overrides": '{"orders":{"partitions":3,"config":{"segment.ms":"1"}}}',
  "kafka-topics:protect": "true",
  "kafka-topics:preflight": "on",
  "kafka-topics:adoptExisting": "false",
  "kafka-topics:promoteAfter": '["staging","test"]',
};
type Key = keyof typeof base;

/** Judges the base with other values; undefined removes a key. Returns `key: risk: code`. */
function judge(
  changes: Readonly<Record<string, string | undefined>>,
  environment: NodeJS.ProcessEnv = {},
  before: Readonly<Record<string, string>> = base,
): string[] {
  const after = Object.entries({ ...before, ...changes }).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return judgeSettings(before, Object.fromEntries(after), [], environment).map(
    ({ key, risk, code }) => `${key}: ${risk}: ${code}`,
  );
}

test("A pull request that skips verification, changes a server and loosens two limits is reported in full", () => {
  const attack = {
    "kafka:skipTlsVerify": "true",
    "kafka:bootstrapServers": '["broker-1.example.com:9093","broker-2.example.org:9093"]',
    "kafka-topics:namePattern": ".*",
    "kafka-topics:maxPartitions": "3000",
  };
  expect(judge(attack)).toEqual([
    "kafka:bootstrapServers: weakened: ENDPOINT_ADDED",
    "kafka-topics:namePattern: caution: LIMIT_LOOSENED",
    "kafka-topics:maxPartitions: caution: LIMIT_LOOSENED",
    "kafka:skipTlsVerify: weakened: TLS_VERIFICATION_DISABLED",
  ]);
});

test("A review sends no password to a foreign address: each of the three changed lines is reported", () => {
  const attack = {
    "kafka:bootstrapServers": '["attacker.example.org:9092"]',
    "kafka:saslMechanism": "plain",
    "kafka:tlsEnabled": "false",
  };
  expect(judge(attack)).toEqual([
    "kafka:bootstrapServers: weakened: ENDPOINT_ADDED",
    "kafka:saslMechanism: weakened: AUTHENTICATION_WEAKENED",
    "kafka:tlsEnabled: weakened: TLS_DISABLED",
  ]);
});

const tls = {
  "kafka:bootstrapServers": '["a:1"]',
  "kafka:clientCert": "sha256:2",
  "kafka:clientKey": "[secret]",
};
const oauth = {
  ...base,
  "kafka:saslMechanism": "oauthbearer",
  "kafka:saslTokenUrl": "https://id.example.com",
};

test.for([
  [{ "kafka:saslMechanism": undefined }, ["kafka:saslMechanism: weakened: AUTHENTICATION_WEAKENED"]],
  [{ "kafka:saslMechanism": "scram-sha256" }, ["kafka:saslMechanism: weakened: AUTHENTICATION_WEAKENED"]],
  [{ "kafka:saslMechanism": "odd" }, ["kafka:saslMechanism: weakened: AUTHENTICATION_WEAKENED"]],
  // The user may be in the environment of the deployment; otherwise the connection is refused.
  [
    { "kafka:saslUsername": undefined, "kafka:saslPassword": undefined },
    ["kafka:saslUsername: caution: CONNECTION_CHANGED", "kafka:saslPassword: caution: CONNECTION_CHANGED"],
  ],
  [
    { "kafka:saslMechanism": undefined, "kafka:saslUsername": undefined, "kafka:saslPassword": undefined },
    [
      "kafka:saslMechanism: weakened: AUTHENTICATION_WEAKENED",
      "kafka:saslUsername: weakened: AUTHENTICATION_WEAKENED",
      "kafka:saslPassword: caution: CONNECTION_CHANGED",
    ],
  ],
  [{ "kafka:saslUsername": "admin" }, ["kafka:saslUsername: caution: CONNECTION_CHANGED"]],
  [{ "kafka:saslPassword": "hunter2" }, ["kafka:saslPassword: caution: CONNECTION_CHANGED"]],
  [
    { "kafka:bootstrapServers": '["broker-2.example.com:9093"]' },
    ["kafka:bootstrapServers: caution: CONNECTION_CHANGED"],
  ],
  [{ "kafka:caCert": "sha256:2" }, ["kafka:caCert: weakened: CA_CHANGED"]],
  [{ "kafka:caCert": undefined }, ["kafka:caCert: caution: CONNECTION_CHANGED"]],
  [{ "kafka:timeout": "5" }, ["kafka:timeout: caution: CONNECTION_CHANGED"]],
  // The defaults.
  [{ "kafka:timeout": "120", "kafka:tlsEnabled": "true", "kafka:skipTlsVerify": "false" }, []],
  [
    { "kafka:unknown": "x", "pulumi:tags": "x" },
    ["kafka:unknown: caution: SETTING_CHANGED", "pulumi:tags: caution: SETTING_CHANGED"],
  ],
  // The suite's own settings replace those of the deployment.
  [{ "smoke:skipTlsVerify": "true" }, ["smoke:skipTlsVerify: weakened: TLS_VERIFICATION_DISABLED"]],
  [{ "smoke:saslMechanism": "plain" }, ["smoke:saslMechanism: weakened: AUTHENTICATION_WEAKENED"]],
  [{ "smoke:bootstrapServers": '["x:1"]' }, ["smoke:bootstrapServers: weakened: ENDPOINT_ADDED"]],
  [{ "smoke:bootstrapServers": base["kafka:bootstrapServers"] }, []],
  [{ "smoke:group": "audit-*" }, ["smoke:group: caution: CONNECTION_CHANGED"]],
] as const)("A changed connection is judged: %j", ([changes, expected]) => {
  expect(judge(changes)).toEqual(expected);
});

test("A client certificate is as strong as the strongest mechanism, and its removal is reported", () => {
  const removed = { "kafka:clientCert": undefined, "kafka:clientKey": undefined };
  const password = { "kafka:saslUsername": "a", "kafka:saslPassword": "[secret]" };
  const codes = (mechanism: string) =>
    judge({ ...removed, ...password, "kafka:saslMechanism": mechanism }, {}, tls);
  expect(codes("plain")).toContain("kafka:clientCert: weakened: AUTHENTICATION_WEAKENED");
  expect(codes("scram-sha512")).toContain("kafka:clientCert: caution: CONNECTION_CHANGED");
});

test("Every address that gets credentials is a new endpoint if it is set or changed", () => {
  expect(judge({ "kafka:saslTokenUrl": "https://id.example.org" }, {}, oauth)).toEqual([
    "kafka:saslTokenUrl: weakened: ENDPOINT_ADDED",
  ]);
  for (const key of ["saslAwsSharedConfigFiles", "saslAwsContainerCredentialsFullUri"])
    expect(judge({ [`kafka:${key}`]: "x" })).toEqual([`kafka:${key}: weakened: ENDPOINT_ADDED`]);
});

test("A key that replaces a stronger variable, or no longer replaces a weaker one, weakens the connection", () => {
  const variables = {
    KAFKA_SASL_MECHANISM: "scram-sha512",
    KAFKA_SASL_USERNAME: "a",
    KAFKA_SASL_PASSWORD: "b",
  };
  const bare = { "kafka:bootstrapServers": '["a:1"]' };
  expect(judge({ "kafka:saslMechanism": "plain" }, variables, bare)).toEqual([
    "kafka:saslMechanism: weakened: AUTHENTICATION_WEAKENED",
  ]);
  const explicit = { ...bare, "kafka:skipTlsVerify": "false" };
  expect(judge({ "kafka:skipTlsVerify": undefined }, { KAFKA_SKIP_VERIFY: "true" }, explicit)).toEqual([
    "kafka:skipTlsVerify: weakened: TLS_VERIFICATION_DISABLED",
  ]);
  // The deployment may run without the variable.
  expect(judge({ "kafka:skipTlsVerify": "true" }, { KAFKA_SKIP_VERIFY: "true" }, bare)).toEqual([
    "kafka:skipTlsVerify: weakened: TLS_VERIFICATION_DISABLED",
  ]);
});

test.for([
  ["namePattern", "{domain}.*", "LIMIT_LOOSENED"],
  ["minReplicationFactor", "2", "LIMIT_LOOSENED"],
  ["minReplicationFactor", "4", "LIMIT_TIGHTENED"],
  ["defaultReplicationFactor", "2", "LIMIT_LOOSENED"],
  ["maxReplicationFactor", "1", "LIMIT_LOOSENED"],
  ["maxPartitions", "2", "LIMIT_TIGHTENED"],
  ["maxPartitions", "odd", "LIMIT_LOOSENED"],
  ["requiredConfigs", '["segment.ms"]', "LIMIT_LOOSENED"],
  ["requiredConfigs", '["segment.ms","retention.ms"]', "LIMIT_TIGHTENED"],
  ["minRetention", "60 minutes", "LIMIT_LOOSENED"],
  ["minRetention", "none", "LIMIT_LOOSENED"],
  ["repair", "report", "SAFEGUARD_REMOVED"],
  ["replicationThrottle", "50 MB/s", "SAFEGUARD_ADDED"],
  ["limits", '[{"topics":"logs.*","maxPartitions":48}]', "LIMIT_LOOSENED"],
  ["minRetention", "720 minutes", undefined],
  ["maxRetention", "31 days", "LIMIT_LOOSENED"],
  ["maxRetention", "none", "LIMIT_LOOSENED"],
  ["maxRetention", "29 days", "LIMIT_TIGHTENED"],
  ["protect", "false", "SAFEGUARD_REMOVED"],
  ["preflight", "off", "SAFEGUARD_REMOVED"],
  ["adoptExisting", "true", "SAFEGUARD_REMOVED"],
  ["promoteAfter", '["staging"]', "SAFEGUARD_REMOVED"],
  ["promoteAfter", '["staging","dev"]', "SAFEGUARD_REMOVED"],
  ["promoteAfter", "[]", "SAFEGUARD_REMOVED"],
  ["promoteAfter", '["dev","test","staging"]', "SAFEGUARD_ADDED"],
  ["promoteAfter", '["test","staging"]', undefined],
  ["unknown", "1", "SETTING_CHANGED"],
] as const)("A changed limit is judged: %s %s is %s", ([name, value, code]) => {
  const key = `kafka-topics:${name}`;
  const risk = /TIGHTENED$|ADDED$/.test(code ?? "") ? "safe" : "caution";
  expect(judge({ [key]: value })).toEqual(code === undefined ? [] : [`${key}: ${risk}: ${code}`]);
});

test("A limit or a safeguard that is set for the first time is safe", () => {
  const after = Object.fromEntries(
    Object.entries(base).filter(([key]) => key.startsWith("kafka-topics:") && !key.endsWith("overrides")),
  );
  // The default is what the base has.
  const { "kafka-topics:protect": _, "kafka-topics:preflight": __, ...set } = after;
  const found = judgeSettings({}, after, [], {});
  expect(found.map(({ key }) => key)).toEqual(Object.keys(set));
  expect(found.every(({ risk }) => risk === "safe")).toBe(true);
});

test("Each field of an override is a setting of its own", () => {
  const overrides = {
    orders: { partitions: 3, protect: false },
    "a.b": { config: { "min.insync.replicas": "1" } },
  };
  const key: Key = "kafka-topics:overrides";
  expect(judgeSettings(base, { ...base, [key]: JSON.stringify(overrides) }, [], {})).toEqual([
    { key: `${key}.orders.config.segment.ms`, risk: "caution", code: "EXEMPTION_REMOVED", observed: "1" },
    { key: `${key}.orders.protect`, risk: "caution", code: "EXEMPTION_ADDED", expected: "false" },
    { key: `${key}.a.b.config.min.insync.replicas`, risk: "caution", code: "EXEMPTION_ADDED", expected: "1" },
  ]);
  expect(judge({ [key]: "[secret]" })).toContain(`${key}: caution: EXEMPTION_ADDED`);
});

test("A weakened connection is allowed by the name of its key, or by an asterisk", () => {
  const after = { ...base, "kafka:skipTlsVerify": "true", "kafka:tlsEnabled": "false", "kafka:timeout": "5" };
  const allowed = (...keys: string[]) =>
    Object.fromEntries(judgeSettings(base, after, keys, {}).map(({ key, allowed }) => [key, allowed]));
  expect(allowed("kafka:tlsEnabled")).toEqual({ "kafka:skipTlsVerify": false, "kafka:tlsEnabled": true });
  expect(allowed("*")).toEqual({ "kafka:skipTlsVerify": true, "kafka:tlsEnabled": true });
});
