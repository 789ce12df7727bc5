import { expect, test } from "vitest";
import { withholdTokens } from "./environment.ts";

test("The engine gets no token for the pipeline or for a package registry", () => {
  const tokens = ["GITHUB_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "CI_JOB_TOKEN", "NPM_TOKEN"];
  const given = [...tokens, "npm_config_registry", "npm_config_//registry.example/:_authToken"];
  expect(withholdTokens(Object.fromEntries(given.map((name) => [name, "x"])))).toEqual({});
});

test("The engine gets what any backend, secrets provider or SASL mechanism may read", () => {
  const names = [
    ...[
      "PULUMI_CONFIG_PASSPHRASE",
      "PULUMI_ACCESS_TOKEN",
      "KAFKA_SASL_PASSWORD",
      "AWS_WEB_IDENTITY_TOKEN_FILE",
    ],
    ...["AZURE_FEDERATED_TOKEN_FILE", "GOOGLE_APPLICATION_CREDENTIALS", "VAULT_TOKEN", "PGPASSWORD"],
  ];
  const given = Object.fromEntries(names.map((name) => [name, "x"]));
  expect(withholdTokens(given)).toEqual(given);
});
