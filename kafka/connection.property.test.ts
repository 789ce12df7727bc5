import { readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, expect } from "vitest";
import { TemporaryCertificates } from "../test/certificates.ts";
import { damage, oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { isAddress } from "./address.ts";
import { principalOf, readConnection } from "./connection.ts";
import { settings } from "./connection-settings.ts";
import { RefusedError } from "./refused-error.ts";

/** In every value that must not be shown. */
const secret = "hunter2";

const certificates = new TemporaryCertificates();
afterAll(() => certificates[Symbol.dispose]());
certificates.issueCa("ca");
certificates.issue("topics", "ca", "/C=DE/O=Shop, Inc./CN=topics");
certificates.issue("nameless", "ca", "/");

/** The text of a PEM file, or its path. PEM allows text before the block. */
const pem = (path: string) => {
  writeFileSync(path, `${secret}\n${readFileSync(path, "utf8")}`);
  return fc.constantFrom(readFileSync(path, "utf8"), path);
};
const ca = pem(certificates.certificate("ca"));
const client = ["topics", "nameless"].map((name) =>
  fc.record({ clientCert: pem(certificates.certificate(name)), clientKey: pem(certificates.key(name)) }),
);

const servers = fc
  .array(fc.tuple(fc.domain(), fc.integer({ min: 1, max: 65_535 })), { minLength: 1, maxLength: 3 })
  .map((addresses) => JSON.stringify(addresses.map(([host, port]) => `${host}:${port}`)));
const none = fc.constant({});
const flag = fc.constantFrom("true", "false");
const mechanism = fc.constantFrom("plain", "scram-sha256", "scram-sha512");
const user = { saslUsername: fc.string({ minLength: 1 }), saslPassword: fc.constant(secret) };
const oauth = fc.record(
  {
    ...user,
    saslMechanism: fc.constant("oauthbearer"),
    saslTokenUrl: fc.constantFrom("https://id.example.org/token", "http://127.0.0.1:8080"),
    saslOauthScopes: fc.constant('["kafka"]'),
  },
  { requiredKeys: ["saslUsername", "saslPassword", "saslMechanism", "saslTokenUrl"] },
);
const iam = fc.record(
  {
    saslMechanism: fc.constant("aws-iam"),
    saslAwsRegion: fc.constant("eu-west-1"),
    saslAwsRoleArn: fc.constantFrom("arn:aws:iam::123456789012:role/topics", ""),
    saslAwsAccessKey: fc.constant(secret),
    saslAwsSecretKey: fc.constant(secret),
    saslAwsProfile: fc.constantFrom("ada", ""),
  },
  { requiredKeys: ["saslMechanism", "saslAwsRegion"] },
);

/** Settings that go together. */
const valid = fc
  .tuple(
    fc.record({ bootstrapServers: servers }),
    fc.record(
      { timeout: fc.oneof(fc.nat(10_000), fc.maxSafeNat()).map(String), kafkaVersion: fc.constant("3.9.0") },
      { requiredKeys: [] },
    ),
    fc.oneof(none, fc.record(user), fc.record({ ...user, saslMechanism: mechanism }), oauth, iam),
    fc.oneof(
      fc.constant({ tlsEnabled: "false" }),
      fc.record({ tlsEnabled: fc.constant("true"), caCert: ca, skipTlsVerify: flag }, { requiredKeys: [] }),
      ...client,
    ),
  )
  .map((parts): Record<string, string> => Object.assign({}, ...parts));

const shown = [
  "bootstrapServers",
  "tlsEnabled",
  "skipTlsVerify",
  "saslMechanism",
  "saslAwsRegion",
  "saslAwsCredsDebug",
  "timeout",
  "kafkaVersion",
];
const known = new Set(Object.keys(settings.shape).map((key) => `kafka:${key}`));
const hidden = Object.keys(settings.shape).filter((key) => !shown.includes(key));
const oddPaths = fc.constantFrom("/", "/dev/null", "/dev/zero", "/no/such/file", "/proc/self/mem", "/\0");
const shownMistake = fc.tuple(fc.constantFrom(...shown), fc.oneof(damage(servers), oddText));
const hiddenMistake = fc.tuple(
  fc.oneof(fc.constantFrom(...hidden, "saslPasswort", "Timeout"), oddText),
  fc.oneof(
    // A path is no secret; a text with a line break is not a path.
    damage(ca).map((text) => `${text}\n${secret}`),
    oddText.map((text) => text + secret).filter((text) => !text.startsWith("/")),
    oddPaths,
  ),
);
const mistakes = fc.array(fc.oneof(shownMistake, hiddenMistake), { maxLength: 2 });
const environments = fc.record(
  {
    KAFKA_CA_CERT: ca,
    KAFKA_CLIENT_KEY: fc.oneof(ca, fc.constant(secret)),
    KAFKA_SKIP_VERIFY: fc.oneof(flag, oddText),
    KAFKA_SASL_PASSWORD: fc.constant(secret),
    KAFKA_SASL_TOKEN_URL: fc.constantFrom("", `https://${secret}`),
    AWS_ROLE_ARN: fc.constantFrom("", `arn:aws:iam::${secret}`, secret),
    AWS_SECRET_ACCESS_KEY: fc.constant(secret),
  },
  { requiredKeys: [] },
);

testProperty(
  "Any stack config is a connection that the clients can use, or gives problems that show no secret",
  fc.tuple(valid, mistakes, fc.oneof(none, none, none, environments)),
  ([valid, mistakes, environment]) => {
    const entries = [...Object.entries(valid), ...mistakes].map(([key, value]) => [`kafka:${key}`, value]);
    const config = Object.fromEntries(entries);
    const read = readConnection(config, "Pulumi.test.yaml", environment);
    if ("problems" in read) {
      expect(read.problems).not.toEqual([]);
      const said = JSON.stringify(read.problems) + new RefusedError(read.problems).message;
      expect(said).not.toContain(secret);
      for (const { place, field } of read.problems)
        expect(`${place}: ${field}`).toMatch(/^(Pulumi\.test\.yaml: kafka:|environment: (KAFKA|AWS)_)/);
      return;
    }
    // Set on an object, this key has no effect.
    const unknown = Object.keys(config).filter((key) => key !== "kafka:__proto__" && !known.has(key));
    expect(unknown).toEqual([]);
    const { connection } = read;
    expect(connection.bootstrapServers.length).toBeGreaterThan(0);
    expect(connection.bootstrapServers.filter((server) => !isAddress(server))).toEqual([]);
    // The requests contain it as a number of 32 bits, and a timer with a longer time ends at once.
    expect(connection.timeoutMs).toBeGreaterThanOrEqual(1_000);
    expect(connection.timeoutMs).toBeLessThan(2 ** 31);
    expect(principalOf(connection)).toMatch(/./);
  },
);
