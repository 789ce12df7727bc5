import { expect, test } from "vitest";
import { compareFiles, findChangedSecrets } from "./compare-commit.ts";

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
    projectFile: { name: "kafka-topics", main: "attacker.mjs" },
  };
  expect(compareFiles(before, after, [])).toEqual([
    { key: "secretsprovider", risk: "caution", code: "ENCRYPTION_CHANGED" },
    { key: "encryptedkey", risk: "caution", code: "ENCRYPTION_CHANGED" },
    { key: "environment", risk: "weakened", code: "SETTINGS_IMPORTED", allowed: false },
    { key: "Pulumi.yaml:main", risk: "caution", code: "SETTING_CHANGED" },
  ]);
});

test("Only a secret whose encrypted value differs is another one", () => {
  const after = {
    config: {
      "kafka:saslPassword": { secure: "v1:c" },
      "kafka:clientKey": "no longer encrypted",
      "kafka:caCert": { secure: "v1:new" },
    },
  };
  expect(findChangedSecrets(before.stackFile, after)).toEqual({ "kafka:saslPassword": "[another secret]" });
  expect(findChangedSecrets(before.stackFile, before.stackFile)).toEqual({});
});
