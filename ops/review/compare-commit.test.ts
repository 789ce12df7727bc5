import { expect, test } from "vitest";
import type { ConfigValues } from "../../pulumi/stack-config.ts";
import { compareFiles, findHiddenChanges } from "./compare-commit.ts";

const before = {
  stackFile: {
    secretsprovider: "awskms://alias/topics",
    encryptedkey: "a",
    config: { "kafka:saslPassword": { secure: "v1:a" }, "kafka:clientKey": { secure: "v1:b" } },
  },
  projectFile: { name: "kafka-topics", main: "infra/main.mjs", config: { a: 1 } },
};

test("The same files have no changes, and the plain values are not compared here", () => {
  const { stackFile, projectFile } = before;
  const others = { ...stackFile, config: { ...stackFile.config, "kafka:tlsEnabled": "false" } };
  const after = { stackFile: others, projectFile: { ...projectFile, config: {} } };
  expect(compareFiles(before, after, [])).toEqual([]);
});

test("Another encryption, imported settings and another program are reported without values", () => {
  const after = {
    stackFile: {
      secretsprovider: "awskms://alias/attacker",
      encryptedkey: "b",
      environment: ["attacker/prod"],
    },
    projectFile: {
      name: "kafka-topics",
      main: "attacker.mjs",
      backend: { url: "s3://state?endpoint=attacker.example.org" },
    },
  };
  expect(compareFiles(before, after, [])).toEqual([
    { key: "secretsprovider", risk: "weakened", code: "ENCRYPTION_CHANGED", allowed: false },
    { key: "encryptedkey", risk: "caution", code: "ENCRYPTION_CHANGED" },
    { key: "environment", risk: "weakened", code: "SETTINGS_IMPORTED", allowed: false },
    { key: "Pulumi.yaml:main", risk: "caution", code: "SETTING_CHANGED" },
    { key: "Pulumi.yaml:backend", risk: "weakened", code: "ENDPOINT_ADDED", allowed: false },
  ]);
});

test("Another server that decrypts the secrets is allowed only by the name of its key", () => {
  const after = { ...before, stackFile: { ...before.stackFile, secretsprovider: "awskms://alias/new" } };
  for (const [allowed, expected] of [
    [["kafka:tlsEnabled"], false],
    [["secretsprovider"], true],
  ] as const)
    expect(compareFiles(before, after, allowed)).toMatchObject([{ risk: "weakened", allowed: expected }]);
});

/** As the engine prints it without decrypting anything. */
const secret = { secret: true };
/** The values that differ, of which none is shown. */
const findHidden = (
  config: Readonly<Record<string, unknown>>,
  changed: Readonly<Record<string, unknown>>,
  printed: ConfigValues,
) => {
  const [old, now] = [config, { ...config, ...changed }].map((each) => ({
    stackFile: { config: each },
    projectFile: {},
  }));
  return old && now && Object.keys(findHiddenChanges(old, now, printed));
};

test("A secret whose encrypted value differs is another one, and so is one that is no longer encrypted", () => {
  const { config } = before.stackFile;
  const password = { "kafka:saslPassword": { secure: "v1:c" }, "kafka:caCert": { secure: "v1:new" } };
  const printed = { "kafka:saslPassword": secret, "kafka:clientKey": secret, "kafka:caCert": secret };
  expect(findHidden(config, {}, { "kafka:saslPassword": secret, "kafka:clientKey": secret })).toEqual([]);
  expect(findHidden(config, password, printed)).toEqual(["kafka:saslPassword"]);
  const plain = { "kafka:saslPassword": secret, "kafka:clientKey": { value: "plain", secret: false } };
  expect(findHidden(config, { "kafka:clientKey": "plain" }, plain)).toEqual(["kafka:clientKey"]);
});

test.each([
  ["kafka:saslAwsAccessKey", "AKIAOLD", "AKIANEW"],
  ["kafka:saslAwsExternalId", "partner", "attacker"],
  ["kafka:clientKey", "/etc/kafka/client.key", "/tmp/client.key"],
  ["kafka:saslPaswword", "first", "second"],
  ["kafka-topics:unknown", "1", "2"],
  ["other:thing", "1", "2"],
])("A value that is not recorded is compared although it is not encrypted: %s", (key, old, now) => {
  const findWith = (value: string) => findHidden({ [key]: old }, { [key]: value }, { [key]: { value } });
  expect(findWith(now)).toEqual([key]);
  expect(findWith(old)).toEqual([]);
});

test("What the engine reads counts, not what the parser of a review reads", () => {
  expect(findHidden({ "other:thing": "1" }, {}, { "other:thing": { value: "2" } })).toEqual(["other:thing"]);
});
