import { expect, test } from "vitest";
import { principalOf, readConnection } from "./connection.ts";
import { describeProblem } from "./refused-error.ts";

const servers = { bootstrapServers: '["a:9098"]' };
const oauth = {
  saslMechanism: "oauthbearer",
  saslUsername: "topics",
  saslPassword: "hunter2",
  saslTokenUrl: "https://id.example.org/token",
};
const iam = { saslMechanism: "aws-iam", saslAwsRegion: "eu-west-1" };
const keys = { saslAwsAccessKey: "AKIA", saslAwsSecretKey: "hunter2" };
const role = "arn:aws:iam::123456789012:role/topics";
const container = {
  AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/var/run/token",
  AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.23/v1/credentials",
};

function read(config: Record<string, string>, environment: NodeJS.ProcessEnv = {}) {
  const prefixed = Object.entries({ ...servers, ...config }).map(([key, value]) => [`kafka:${key}`, value]);
  const result = readConnection(Object.fromEntries(prefixed), "Pulumi.test.yaml", environment);
  return "problems" in result ? result.problems.map(describeProblem) : result.connection.sasl;
}

test("An OAuth client has a token endpoint, and scopes if it needs them", () => {
  const client = { mechanism: "oauthbearer", clientId: "topics", clientSecret: "hunter2" };
  const tokenUrl = oauth.saslTokenUrl;
  expect(read(oauth)).toEqual({ ...client, tokenUrl, scopes: [] });
  expect(read({ ...oauth, saslOauthScopes: '["read","write"]' })).toMatchObject({
    scopes: ["read", "write"],
  });
});

test("The token endpoint comes from the same variables, in the same order, as in the provider", () => {
  const { saslTokenUrl, ...client } = oauth;
  const [first, second] = ["https://one.example.org", "https://two.example.org"];
  expect(read(client, { TOKEN_URL: second })).toMatchObject({ tokenUrl: second });
  expect(read(client, { KAFKA_SASL_TOKEN_URL: first, TOKEN_URL: second })).toMatchObject({ tokenUrl: first });
  expect(read(oauth, { KAFKA_SASL_TOKEN_URL: first })).toMatchObject({ tokenUrl: saslTokenUrl });
});

test.for(["http://localhost:8080/token", "http://127.0.0.1/token", "http://[::1]:8080/token"])(
  "Over http, the secret is sent only within this machine: %s",
  (saslTokenUrl) => {
    expect(read({ ...oauth, saslTokenUrl })).toMatchObject({ tokenUrl: saslTokenUrl });
  },
);

test.for([
  "http://id.example.org/token",
  "http://127.0.0.1.example.org/token",
  "https://topics:hunter2@id.example.org/token",
  "id.example.org/token",
  "https://id.example.org/token\n",
  "https:\\\\id.example.org/token",
])(
  "A token endpoint to which the secret would be sent in clear text, or twice, is refused: %s",
  (saslTokenUrl) => {
    expect(read({ ...oauth, saslTokenUrl })).toEqual([
      "  Pulumi.test.yaml: kafka:saslTokenUrl: given '(not shown)', allowed: an https URL without a user and a " +
        "password; an http URL only on this machine, because http would send the secret unencrypted",
    ]);
  },
);

const from = (credentials: object) => ({ mechanism: "aws-iam", region: "eu-west-1", credentials });
const ways: [Record<string, string>, NodeJS.ProcessEnv, object][] = [
  [{}, {}, { from: "default chain" }],
  [keys, {}, { from: "keys", accessKeyId: "AKIA", secretAccessKey: "hunter2" }],
  [
    {},
    { AWS_ACCESS_KEY_ID: "AKIA", AWS_SECRET_ACCESS_KEY: "s", AWS_SESSION_TOKEN: "t" },
    { from: "keys", accessKeyId: "AKIA", secretAccessKey: "s", sessionToken: "t" },
  ],
  [{ saslAwsProfile: "prod" }, {}, { from: "profile", profile: "prod" }],
  [
    { saslAwsProfile: "prod", saslAwsSharedConfigFiles: '["/etc/aws"]' },
    {},
    { from: "profile", profile: "prod", configFile: "/etc/aws" },
  ],
  [{ saslAwsRoleArn: role }, {}, { from: "role", arn: role }],
  [{ saslAwsRoleArn: role, saslAwsExternalId: "x" }, {}, { from: "role", arn: role, externalId: "x" }],
  [
    {},
    container,
    { from: "container", tokenFile: "/var/run/token", uri: "http://169.254.170.23/v1/credentials" },
  ],
  [{}, { ...container, AWS_ROLE_ARN: role, AWS_PROFILE: "p" }, { from: "container" }],
  [{}, { AWS_ROLE_ARN: role, AWS_PROFILE: "p", AWS_ACCESS_KEY_ID: "AKIA" }, { from: "role" }],
  // The keys of a job, with which a role is assumed.
  [{ saslAwsRoleArn: role }, { AWS_ACCESS_KEY_ID: "AKIA", AWS_SECRET_ACCESS_KEY: "s" }, { from: "role" }],
  // The role of an EKS pod: as a value of the stack it would be assumed by itself.
  [{ saslAwsRoleArn: "" }, { AWS_ROLE_ARN: role }, { from: "default chain" }],
  [
    { saslAwsRoleArn: role, saslAwsContainerAuthorizationTokenFile: "" },
    container,
    { from: "role", arn: role },
  ],
];
test.for(ways)(
  "The provider's order decides between credentials: %j, %j",
  ([config, environment, expected]) => {
    expect(read({ ...iam, ...config }, environment)).toMatchObject(from(expected));
  },
);

test("The environment's region is the one that the provider signs with", () => {
  const aws = { saslMechanism: "aws-iam" };
  expect(read(aws, { KAFKA_SASL_IAM_AWS_REGION: "us-east-2" })).toMatchObject({ region: "us-east-2" });
  expect(read(aws, { AWS_REGION: "us-east-2" })).toEqual([
    expect.stringContaining(
      "kafka:saslAwsRegion: given nothing, allowed: the region of the cluster; the provider",
    ),
  ]);
});

test("Variables for another mechanism leave a stack alone, as in the provider", () => {
  const environment = {
    ...container,
    AWS_ROLE_ARN: role,
    AWS_CREDS_DEBUG: "true",
    KAFKA_SASL_IAM_AWS_REGION: "eu-west-1",
    TOKEN_URL: "none",
  };
  expect(read({}, environment)).toBeUndefined();
  expect(read(iam, { KAFKA_SASL_USERNAME: "ada", KAFKA_SASL_PASSWORD: "s" })).toMatchObject(iamDefault);
});
const iamDefault = from({ from: "default chain" });

const { saslTokenUrl: _, ...withoutUrl } = oauth;
const { saslPassword: __, ...withoutSecret } = oauth;
const plain = { saslUsername: "ada", saslPassword: "s" };
const refusals: [Record<string, string>, NodeJS.ProcessEnv, string[]][] = [
  [
    withoutUrl,
    {},
    ["kafka:saslTokenUrl: given nothing, allowed: the URL of the token endpoint; without it, the"],
  ],
  [withoutSecret, {}, ["kafka:saslPassword: given nothing, allowed: the password of kafka:saslUsername"]],
  [
    { saslMechanism: "oauthbearer" },
    {},
    [
      "kafka:saslMechanism: given 'oauthbearer', allowed: no value without kafka:saslUsername",
      "kafka:saslTokenUrl",
    ],
  ],
  [
    { ...oauth, saslOauthScopes: "read" },
    {},
    ["kafka:saslOauthScopes: given '(not shown)', allowed: a list of scopes: [\"kafka\"]"],
  ],
  [
    oauth,
    { KAFKA_SASL_OAUTH_SCOPES: '["read"]' },
    [
      "environment: KAFKA_SASL_OAUTH_SCOPES: given '(not shown)', allowed: no value: the provider fails with this",
    ],
  ],
  [{}, { AWS_SHARED_CONFIG_FILES: "/etc/aws" }, ["environment: AWS_SHARED_CONFIG_FILES"]],
  [
    { ...plain, saslOauthScopes: '["read"]', saslTokenUrl: oauth.saslTokenUrl },
    {},
    [
      "saslOauthScopes: given '(not shown)', allowed: no value unless kafka:saslMechanism is oauthbearer",
      "saslTokenUrl",
    ],
  ],
  [
    { ...plain, saslAwsRegion: "eu-west-1" },
    {},
    [
      "kafka:saslAwsRegion: given 'eu-west-1', allowed: no value unless kafka:saslMechanism is aws-iam; set kafka:saslMechanism, or",
    ],
  ],
  [
    { ...iam, ...plain },
    {},
    [
      "kafka:saslUsername: given '(not shown)', allowed: no value if kafka:saslMechanism is aws-iam",
      "saslPassword",
    ],
  ],
  [
    { ...iam, tlsEnabled: "false" },
    {},
    ["kafka:tlsEnabled: given 'false', allowed: \"true\" if kafka:saslMechanism"],
  ],
  [
    { ...iam, saslAwsRegion: "Ireland" },
    {},
    ["given 'Ireland', allowed: the region of the cluster, such as eu-west-1"],
  ],
  [
    { ...iam, saslAwsCredsDebug: "true" },
    {},
    ["kafka:saslAwsCredsDebug: given 'true', allowed: \"false\": the provider"],
  ],
  [iam, { AWS_CREDS_DEBUG: "true" }, ["environment: AWS_CREDS_DEBUG: given 'true', allowed: \"false\""]],
  [
    { ...iam, saslAwsAccessKey: "AKIA" },
    {},
    [
      "kafka:saslAwsSecretKey: given nothing, allowed: a value, which kafka:saslAwsAccessKey needs; or remove kafka:saslAwsAccessKey",
    ],
  ],
  [
    { ...iam, saslAwsToken: "t" },
    {},
    ["kafka:saslAwsAccessKey: given nothing", "kafka:saslAwsSecretKey: given nothing"],
  ],
  [{ ...iam, saslAwsExternalId: "x" }, {}, ["kafka:saslAwsRoleArn: given nothing, allowed: a value, which"]],
  [
    { ...iam, saslAwsSharedConfigFiles: '["/etc/aws"]' },
    {},
    ["kafka:saslAwsProfile: given nothing, allowed: a value, which kafka:saslAwsSharedConfigFiles needs"],
  ],
  [
    { ...iam, saslAwsProfile: "p", saslAwsSharedConfigFiles: '["/a","/b"]' },
    {},
    ["allowed: a list with one absolute path"],
  ],
  [
    { ...iam, saslAwsContainerCredentialsFullUri: "http://169.254.170.23/" },
    {},
    ["kafka:saslAwsContainerAuthorizationTokenFile: given nothing, allowed: a value, which"],
  ],
  [
    { ...iam, ...keys, saslAwsRoleArn: role },
    {},
    [
      "kafka:saslAwsAccessKey: given '(not shown)', allowed: no value with kafka:saslAwsRoleArn, which the provider",
      "kafka:saslAwsSecretKey",
    ],
  ],
  [
    { ...iam, saslAwsRoleArn: role },
    container,
    [
      "kafka:saslAwsRoleArn: given '(not shown)', allowed: no value with AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, which the " +
        'provider prefers; to use this key, set kafka:saslAwsContainerAuthorizationTokenFile to ""',
    ],
  ],
  [
    { ...iam, ...keys },
    { AWS_SESSION_TOKEN: "t" },
    [
      "environment: AWS_SESSION_TOKEN: given '(not shown)', allowed: no variable, because the stack sets " +
        'kafka:saslAwsAccessKey: set kafka:saslAwsToken too, or to "" if there is none',
    ],
  ],
];
test.for(refusals)(
  "Refused, since the provider would crash or ignore it: %j, %j",
  ([config, environment, said]) => {
    expect(read(config, environment)).toEqual(said.map((text) => expect.stringContaining(text)));
    expect(JSON.stringify(read(config, environment))).not.toContain("hunter2");
  },
);

test("The principal is the client id, and with IAM a description", () => {
  const scopes: string[] = [];
  const client = {
    mechanism: "oauthbearer",
    clientId: "topics",
    clientSecret: "",
    tokenUrl: "",
    scopes,
  } as const;
  expect(principalOf({ sasl: client })).toBe("User:topics");
  const identity = {
    mechanism: "aws-iam",
    region: "eu-west-1",
    credentials: { from: "default chain" },
  } as const;
  expect(principalOf({ sasl: identity })).toBe("the IAM identity");
});
