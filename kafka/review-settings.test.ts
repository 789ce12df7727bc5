import { expect, test } from "vitest";
import { readConnection } from "./connection.ts";
import { explain } from "./describe-failure.ts";
import { describeProblem } from "./refused-error.ts";
import { chooseReviewSources } from "./review-settings.ts";
import { readOwnSettings, sharedSettings, writeOwnSettings } from "./setting-names.ts";

const deploying = {
  "kafka:bootstrapServers": '["a:9092"]',
  "kafka:saslMechanism": "scram-sha512",
  "kafka:saslUsername": "deployer",
  "kafka:saslPassword": "d",
};
const reading = { "review:saslUsername": "reader", "review:saslPassword": "r" };

function read(config: Record<string, string>, environment: NodeJS.ProcessEnv = {}) {
  const sources = chooseReviewSources({ config, environment }, "review");
  if (!sources) return "as the deployment does";
  const result = readConnection(sources.config, "Pulumi.prod.yaml", sources.environment, sources.own);
  return "problems" in result
    ? result.problems.map((problem) => describeProblem(problem).trim())
    : result.connection;
}

test("Without keys or variables of its own, a review connects as the deployment does", () => {
  expect(read(deploying)).toBe("as the deployment does");
  expect(read(deploying, { KAFKA_SASL_PASSWORD: "d", REVIEW_KAFKA_SASL_PASSWORD: "" })).toBe(
    "as the deployment does",
  );
  expect(chooseReviewSources({ config: deploying, environment: {} }, undefined)).toBeUndefined();
});

test("The keys of the namespace replace those of the deployment, and nothing of the deployment's identity remains", () => {
  const sources = chooseReviewSources(
    { config: { ...deploying, ...reading, "smoke:saslPassword": "s" }, environment: {} },
    "review",
  );
  expect(sources?.config).toEqual({
    "kafka:bootstrapServers": '["a:9092"]',
    "kafka:saslMechanism": "scram-sha512",
    "kafka:saslUsername": "reader",
    "kafka:saslPassword": "r",
    "smoke:saslPassword": "s",
  });
  const certificate = { "review:clientCert": "certificate", "review:clientKey": "key" };
  expect(
    chooseReviewSources({ config: { ...deploying, ...certificate }, environment: {} }, "review")?.config,
  ).toEqual({
    "kafka:bootstrapServers": '["a:9092"]',
    "kafka:clientCert": "certificate",
    "kafka:clientKey": "key",
  });
});

test("Values that are encrypted are passed on as they are", () => {
  const [password, other] = [{ secure: "v1:r" }, { secure: "v1:d" }];
  const config = { "kafka:saslPassword": other, "review:saslPassword": password };
  expect(chooseReviewSources({ config, environment: {} }, "review")?.config).toEqual({
    "kafka:saslPassword": password,
  });
});

test("Variables with the prefix REVIEW_ replace both the keys and the deployment's variables", () => {
  const environment = {
    HOME: "/home/ada",
    KAFKA_SASL_USERNAME: "deployer",
    KAFKA_SASL_PASSWORD: "d",
    REVIEW_KAFKA_SASL_USERNAME: "reader",
    REVIEW_KAFKA_SASL_PASSWORD: "r",
  };
  const { "kafka:saslUsername": _, "kafka:saslPassword": __, ...servers } = deploying;
  for (const config of [deploying, { ...deploying, ...reading }, servers]) {
    const sources = chooseReviewSources({ config, environment }, "review");
    expect(sources?.config).toEqual(servers);
    expect(sources?.environment).toEqual({
      HOME: "/home/ada",
      KAFKA_SASL_USERNAME: "reader",
      KAFKA_SASL_PASSWORD: "r",
    });
  }
});

test("A principal may have its user in the stack's config and its password in a variable, never the deployment's password", () => {
  const { "review:saslPassword": _, ...user } = reading;
  expect(read({ ...deploying, ...user }, { REVIEW_KAFKA_SASL_PASSWORD: "r" })).toMatchObject({
    sasl: { username: "reader", password: "r" },
  });
  expect(read({ ...deploying, ...user })).toEqual([
    expect.stringMatching(/^Pulumi.prod.yaml: review:saslPassword: given nothing/),
  ]);
  expect(read({ ...deploying, ...user }, { KAFKA_SASL_PASSWORD: "d" })).toHaveLength(1);
});

test("A review with another mechanism uses none of the deployment's credentials", () => {
  const aws = {
    "kafka:bootstrapServers": '["a:9098"]',
    "kafka:saslMechanism": "aws-iam",
    "kafka:saslAwsRegion": "eu-west-1",
    "kafka:saslAwsRoleArn": "arn:aws:iam::123456789012:role/deployer",
  };
  expect(read(aws, { REVIEW_AWS_PROFILE: "reader", AWS_ROLE_ARN: "arn:aws:iam::1:role/d" })).toMatchObject({
    sasl: { region: "eu-west-1", credentials: { from: "profile", profile: "reader" } },
  });
  const user = {
    REVIEW_KAFKA_SASL_MECHANISM: "plain",
    REVIEW_KAFKA_SASL_USERNAME: "reader",
    REVIEW_KAFKA_SASL_PASSWORD: "r",
  };
  expect(read(aws, user)).toMatchObject({ sasl: { mechanism: "plain", username: "reader" } });
});

test("A problem names the key or the variable that has to be changed", () => {
  expect(read({ ...deploying, ...reading, "review:timeout": "0" })).toEqual([
    "Pulumi.prod.yaml: review:timeout: given '0', allowed: a whole number of seconds from 1 to 2147483",
  ]);
  expect(read({ ...deploying, ...reading, "kafka:timeout": "0" })).toEqual([
    "Pulumi.prod.yaml: kafka:timeout: given '0', allowed: a whole number of seconds from 1 to 2147483",
  ]);
  expect(read({ ...deploying, "review:saslPasword": "r" })).toEqual([
    "Pulumi.prod.yaml: review:saslPasword: given '(not shown)', allowed: a known key, perhaps saslPassword",
  ]);
  const { "kafka:saslPassword": _, ...unfinished } = deploying;
  expect(read(unfinished, { REVIEW_KAFKA_SASL_USERNAME: "reader" })).toEqual([
    expect.stringMatching(
      /^environment: REVIEW_KAFKA_SASL_PASSWORD: given nothing, allowed: the password of /,
    ),
  ]);
  expect(read({ ...unfinished, "review:saslUsername": "reader" })).toEqual([
    expect.stringMatching(/^Pulumi.prod.yaml: review:saslPassword: given nothing, allowed: the password of /),
  ]);
  expect(read(deploying, { REVIEW_KAFKA_ENABLE_TLS: "maybe" })).toEqual([
    `environment: REVIEW_KAFKA_ENABLE_TLS: given 'maybe', allowed: "true" or "false"`,
  ]);
});

test("A failed connection names the keys and the variables of the review", () => {
  const connection = read({ ...deploying, ...reading }, { REVIEW_KAFKA_SASL_PASSWORD: "r" });
  expect(connection).toHaveProperty("settingNames");
  const { settingNames } = Object(connection);
  const refused = Object.assign(new Error("Authentication failed"), {
    name: "KafkaJSSASLAuthenticationError",
  });
  expect(explain(refused, { settingNames })).toContain(
    "Check review:saslUsername and REVIEW_KAFKA_SASL_PASSWORD.",
  );
  const moved = Object.assign(new Error("no such host"), { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  expect(explain(moved, { settingNames })).toContain("In kafka:bootstrapServers and");
});

test("The program names the settings of a review as the command does", () => {
  const own = chooseReviewSources({ config: { ...deploying, ...reading }, environment: {} }, "review")?.own;
  expect(own && readOwnSettings(writeOwnSettings(own))).toEqual(own);
  for (const text of [undefined, "", "null", "[]", '{"namespace":1}'])
    expect(readOwnSettings(text)).toEqual(sharedSettings);
});
