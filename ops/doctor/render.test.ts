import { expect, test } from "vitest";
import type { Step } from "./findings.ts";
import { renderJson, renderStep, renderVerdict } from "./render.ts";

const settings: Step = {
  step: "settings",
  status: "passed",
  observed: {
    bootstrapServers: ["broker-1:9093", "broker-2:9093"],
    securityProtocol: "SASL_SSL",
    saslMechanism: "SCRAM-SHA-512",
    principal: "User:topics",
  },
  findings: [],
};
const refused: Step = {
  step: "sasl",
  status: "failed",
  findings: [{ code: "SASL_REFUSED", server: "broker-1:9093", observed: "Authentication failed" }],
};
const rights: Step = {
  step: "rights",
  status: "warning",
  observed: {
    principal: "User:topics",
    commands: [
      { command: "up", verdict: "partly" },
      { command: "drift", verdict: "yes" },
      { command: "topics", verdict: "yes" },
      { command: "smoke", verdict: "no" },
    ],
    topics: 12,
    from: "stack",
  },
  findings: [
    {
      code: "PERMISSION_MISSING",
      expected: { operation: "ALTER", resource: "topic", names: ["a", "b", "c", "d", "e"], isPrefix: false },
      commands: ["up"],
      purpose: "add partitions",
      observed: "User:topics",
      grantedBy: "acl",
    },
  ],
};

const certificate = {
  server: "broker-1:9093",
  protocol: "TLSv1.3",
  subject: "CN=broker-1",
  issuer: "CN=Shop CA",
  names: "DNS:broker-1",
  validTo: "2026-12-31T00:00:00.000Z",
  daysLeft: 90,
};

const passed: readonly (readonly [Step, string])[] = [
  [settings, "✔ settings   broker-1:9093, broker-2:9093: SASL_SSL with SCRAM-SHA-512, as User:topics"],
  [
    { step: "names", status: "passed", observed: { "broker-1:9093": ["10.0.0.1"] }, findings: [] },
    "✔ host names broker-1 resolves to 10.0.0.1",
  ],
  [
    { step: "names", status: "passed", observed: { "[::1]:9093": ["::1"] }, findings: [] },
    "✔ host names not needed: the bootstrap servers are IP addresses",
  ],
  [
    { step: "ports", status: "passed", observed: ["broker-1:9093"], findings: [] },
    "✔ ports      connected to broker-1:9093",
  ],
  [
    { step: "tls", status: "passed", observed: [], findings: [] },
    "✔ TLS        not used: passwords and records are sent unencrypted",
  ],
  [
    {
      step: "tls",
      status: "passed",
      observed: [certificate],
      findings: [],
    },
    "✔ TLS        broker-1:9093: TLSv1.3, CN=broker-1 for DNS:broker-1, issued by CN=Shop CA, expires in 90 days (2026-12-31)",
  ],
  [{ step: "sasl", status: "passed", observed: [], findings: [] }, "✔ SASL       not used"],
  [
    {
      step: "cluster",
      status: "passed",
      observed: { clusterId: "abc", release: "4.3", metadataRelease: "4.2", controller: 2, brokers: 3 },
      findings: [],
    },
    "✔ cluster    cluster id abc, Kafka 4.3 with the features of 4.2, 3 brokers, controller 2",
  ],
  [
    { step: "cluster", status: "passed", observed: { brokers: 1 }, findings: [] },
    "✔ cluster    cluster id unknown, Kafka before 3.3, or with ZooKeeper, 1 broker, controller not shown without DESCRIBE on the cluster",
  ],
  [
    {
      step: "brokers",
      status: "passed",
      observed: [1, 2, 3, 4].map((broker) => ({ broker, address: `broker-${broker}:9093` })),
      findings: [],
    },
    "✔ brokers    connected to broker 1 at broker-1:9093, broker 2 at broker-2:9093, broker 3 at broker-3:9093 and 1 other",
  ],
  [
    {
      step: "configs",
      status: "passed",
      observed: { broker: 1, values: { "min.insync.replicas": "2", "message.max.bytes": "1048576" } },
      findings: [],
    },
    "✔ configs    min.insync.replicas 2, message.max.bytes 1 MiB (broker 1)",
  ],
  [
    {
      step: "configs",
      status: "warning",
      findings: [{ code: "NOT_ENOUGH_BROKERS", expected: 3, observed: 1, down: [] }],
    },
    "⚠ configs    topics without a replicationFactor get 3 replicas, but the cluster has only 1 broker. Start more brokers, " +
      "or lower defaultReplicationFactor or maxReplicationFactor in the stack's config. [NOT_ENOUGH_BROKERS]",
  ],
  [
    {
      step: "configs",
      status: "warning",
      findings: [{ code: "NOT_ENOUGH_BROKERS", expected: 3, observed: 2, down: [3] }],
    },
    "⚠ configs    topics without a replicationFactor get 3 replicas, but only 2 brokers are up: broker 3 is down. Start it. " +
      "[NOT_ENOUGH_BROKERS]",
  ],
  [
    { step: "configs", status: "skipped", findings: [] },
    "– configs    not read: this needs DESCRIBE_CONFIGS on the cluster",
  ],
  [
    { step: "clock", status: "passed", observed: { aheadMs: -12 }, findings: [] },
    "✔ clock      this machine is 12 ms behind the controller",
  ],
];
test("Of several certificates, the first to expire is shown, even if it has expired", () => {
  const observed = [
    certificate,
    { ...certificate, server: "broker-2:9093", daysLeft: -12, validTo: "2026-09-20T00:00:00.000Z" },
  ];
  const step: Step = { step: "tls", status: "passed", observed, findings: [] };
  expect(renderStep(step, [step])).toBe(
    "✔ TLS        broker-2:9093: TLSv1.3, CN=broker-1 for DNS:broker-1, issued by CN=Shop CA, has expired (2026-09-20); " +
      "the first of 2 certificates to expire",
  );
});

for (const [step, line] of passed)
  test(`A step has one line: ${line}`, () => {
    expect(renderStep(step, [step])).toBe(line);
  });

test("A failed step shows the cause, what to do and the code", () => {
  expect(renderStep(refused, [settings, refused])).toBe(
    '✗ SASL       broker-1:9093: it refused the user or the password ("Authentication failed"). Check kafka:saslUsername and ' +
      "kafka:saslPassword. [SASL_REFUSED]",
  );
  expect(renderVerdict("prod", [settings, refused])).toBe(
    "Stack prod: failed at SASL. Later steps were not run.\n" +
      "To set kafka:saslPassword: npm run secret -- --stack prod kafka:saslPassword",
  );
});

test("The verdict says how to set the secret keys of a step that failed, but not its variables", () => {
  const server = "broker-1:9093";
  const certificate = { code: "TLS_CLIENT_REFUSED", server, observed: "alert bad certificate" } as const;
  const settingNames = { namespace: "smoke", elsewhere: { saslPassword: "KAFKA_SASL_PASSWORD" } };
  const findings = [certificate, { code: "SASL_REFUSED", server, observed: "no" }] as const;
  expect(renderVerdict("prod", [{ step: "smoke", status: "failed", findings, settingNames }])).toBe(
    "Stack prod: failed at smoke. Later steps were not run.\n" +
      "To set smoke:clientKey: npm run secret -- --stack prod smoke:clientKey",
  );
  const missing = {
    code: "CONNECTION_INCONSISTENT",
    place: "Pulumi.prod.yaml",
    field: "kafka:clientKeyPassphrase",
    given: undefined,
    allowed: "the passphrase",
  } as const;
  expect(renderVerdict("prod", [{ step: "settings", status: "failed", findings: [missing] }])).toContain(
    "\nTo set kafka:clientKeyPassphrase: npm run secret -- --stack prod kafka:clientKeyPassphrase",
  );
});

test("A finding about the smoke suite's connection names the keys and the variables that set it", () => {
  const settingNames = { namespace: "smoke", elsewhere: { caCert: "KAFKA_CA_CERT" } };
  const findings = [
    { code: "TLS_NOT_VERIFIED" },
    { code: "SASL_REQUIRED", server: "a:9093", observed: "it offers PLAIN" },
    { code: "SASL_MECHANISM_UNSUPPORTED", server: "a:9093", observed: "it offers PLAIN" },
  ] as const;
  const step: Step = { step: "smoke", status: "failed", settingNames, findings };
  expect(renderStep(step, [settings, step]).split("\n")).toEqual([
    expect.stringMatching(
      /^✗ smoke {6}smoke:skipTlsVerify is .* Set KAFKA_CA_CERT, and remove smoke:skipTlsVerify\. /,
    ),
    expect.stringContaining("Set smoke:saslMechanism, smoke:saslUsername and smoke:saslPassword."),
    expect.stringContaining("Set smoke:saslMechanism to one that it offers."),
  ]);
});

test("Unreachable brokers have a line each, under the line of their finding", () => {
  const refused = { code: "CONNECTION_REFUSED", evidence: "connect ECONNREFUSED 10.0.0.2:9093" } as const;
  const observed = [{ broker: 2, address: "broker-2:9093", ...refused }];
  const step: Step = {
    step: "brokers",
    status: "failed",
    findings: [{ code: "BROKER_UNREACHABLE", expected: 3, observed }],
  };
  expect(renderStep(step, [settings, step]).split("\n")).toEqual([
    expect.stringMatching(/^✗ brokers {4}the cluster answers, but 1 of 3 brokers .* \[BROKER_UNREACHABLE]$/),
    expect.stringMatching(/^ {13}broker 2 advertises broker-2:9093: refused, .* \[CONNECTION_REFUSED]$/),
  ]);
});

test("A warning follows the line of its step, with the command that grants a right", () => {
  expect(renderStep(rights, [settings, rights]).split("\n")).toEqual([
    "⚠ rights     User:topics may run drift, topics; may run in part: up; may not run: smoke (by its " +
      "rights on 12 topics of the stack)",
    "             User:topics may not ALTER topics a, b, c and 2 others, so up cannot add partitions. To grant it, " +
      "with the beginning of the topics' names as PREFIX: " +
      "kafka-acls.sh --bootstrap-server broker-1:9093,broker-2:9093 --command-config admin.properties --add --allow-principal " +
      "User:topics --operation Alter --topic PREFIX --resource-pattern-type prefixed [PERMISSION_MISSING]",
  ]);
  expect(renderVerdict("prod", [settings, rights])).toBe("Stack prod: 1 warning.");
  expect(renderVerdict("prod", [settings])).toBe("Stack prod: nothing to report.");
});

test("For an IAM identity, the actions of its policy are named instead of a command", () => {
  const expected = { operation: "READ", resource: "group", names: ["smoke-"], isPrefix: true } as const;
  const missing = { code: "PERMISSION_MISSING", expected, commands: ["smoke"], purpose: "read" } as const;
  const finding = { ...missing, observed: "the IAM identity", grantedBy: "iam" } as const;
  const step: Step = { step: "smoke", status: "failed", findings: [finding] };
  expect(renderStep(step, [settings, step])).toBe(
    "✗ smoke      the IAM identity may not READ the consumer groups smoke-*, so smoke cannot read. In its IAM policy, allow " +
      "kafka-cluster:AlterGroup and kafka-cluster:DescribeGroup. [PERMISSION_MISSING]",
  );
});

test("JSON has the code, the data and the message of each finding, and of a setting not its secret", () => {
  const invalid: Step = {
    step: "settings",
    status: "failed",
    findings: [
      {
        code: "UNKNOWN_KEY",
        place: "Pulumi.prod.yaml",
        field: "kafka:saslUser",
        given: "(not shown)",
        allowed: "a known key, perhaps saslUsername",
      },
    ],
  };
  expect(JSON.parse(renderJson("prod", [invalid]))).toEqual({
    version: 1,
    stack: "prod",
    steps: [
      {
        step: "settings",
        status: "failed",
        findings: [
          {
            code: "UNKNOWN_KEY",
            field: "kafka:saslUser",
            expected: "a known key, perhaps saslUsername",
            observed: "'(not shown)'",
            message:
              "Pulumi.prod.yaml: kafka:saslUser: given '(not shown)', allowed: a known key, perhaps saslUsername",
          },
        ],
      },
    ],
  });
  expect(JSON.parse(renderJson("prod", [settings, refused])).steps[1].findings).toEqual([
    expect.objectContaining({
      code: "SASL_REFUSED",
      server: "broker-1:9093",
      observed: "Authentication failed",
    }),
  ]);
});
