import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { withProxy } from "../test/http-proxy.ts";
import { explain } from "./describe-failure.ts";
import type { IamCredentials } from "./iam-credentials.ts";
import { signIamToken } from "./iam-token.ts";

const timeoutMs = 10_000;
const secret = "hunter2";
const keys = { from: "keys", accessKeyId: "AKIASTATIC", secretAccessKey: secret } as const;
const roleArn = "arn:aws:iam::123456789012:role/topics";
const folder = mkdtempSync(join(tmpdir(), "aws-"));
const configFile = join(folder, "config");
writeFileSync(
  configFile,
  `[profile prod]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = ${secret}\n[profile empty]\n`,
);

// Neither the settings of this machine nor its metadata service may influence the tests.
beforeEach(() => {
  vi.unstubAllEnvs();
  for (const name of Object.keys(process.env)) if (/^AWS_/.test(name)) vi.stubEnv(name, undefined);
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  vi.stubEnv("AWS_CONFIG_FILE", join(folder, "no-config"));
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(folder, "no-credentials"));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

// They take seconds to load on a busy machine.
beforeAll(async () => {
  await Promise.all([import("aws-msk-iam-sasl-signer-js"), import("@aws-sdk/credential-providers")]);
}, 60_000);

/** Signs a token, and returns the signed URL that it contains. */
async function sign(credentials: IamCredentials, region = "eu-west-1") {
  const sasl = { mechanism: "aws-iam", region, credentials } as const;
  const { value, lifetimeMs } = await signIamToken(sasl, timeoutMs);
  return { value, lifetimeMs, url: new URL(Buffer.from(value, "base64url").toString()) };
}

/** The id of the access key that signed a token. */
async function signedBy(credentials: IamCredentials): Promise<string | undefined> {
  return (await sign(credentials)).url.searchParams.get("X-Amz-Credential")?.split("/")[0];
}

/** Describes why there is no token. */
async function fail(credentials: IamCredentials, withinMs = timeoutMs): Promise<string> {
  const sasl = { mechanism: "aws-iam", region: "eu-west-1", credentials } as const;
  const said = await signIamToken(sasl, withinMs).then(() => "a token", explain);
  expect(said).not.toContain(secret);
  return said;
}

/** Answers requests to an AWS service that runs on this machine, such as the agent of EKS. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.dispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

test("A token is a URL of MSK that is signed for 15 minutes, in base64url", async () => {
  const { value, lifetimeMs, url } = await sign({ ...keys, sessionToken: "session" }, "us-east-2");
  expect(value).toMatch(/^[\w-]+$/);
  expect(url.origin + url.pathname).toBe("https://kafka.us-east-2.amazonaws.com/");
  const date = url.searchParams.get("X-Amz-Date") ?? "";
  expect(Object.fromEntries(url.searchParams)).toEqual({
    Action: "kafka-cluster:Connect",
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": `AKIASTATIC/${date.slice(0, 8)}/us-east-2/kafka-cluster/aws4_request`,
    "X-Amz-Date": expect.stringMatching(/^\d{8}T\d{6}Z$/),
    "X-Amz-Expires": "900",
    "X-Amz-Security-Token": "session",
    "X-Amz-Signature": expect.stringMatching(/^[0-9a-f]{64}$/),
    "X-Amz-SignedHeaders": "host",
    "User-Agent": expect.stringContaining("aws-msk-iam-sasl-signer-js"),
  });
  expect(lifetimeMs).toBeGreaterThan(890_000);
  expect(lifetimeMs).toBeLessThanOrEqual(900_000);
});

test("A profile comes from the shared config file that the stack names", async () => {
  expect(await signedBy({ from: "profile", profile: "prod", configFile })).toBe("AKIAPROFILE");
  vi.stubEnv("AWS_CONFIG_FILE", configFile);
  expect(await signedBy({ from: "profile", profile: "prod" })).toBe("AKIAPROFILE");
});

test("The default chain prefers the keys of the environment to a profile, as the provider does", async () => {
  vi.stubEnv("AWS_CONFIG_FILE", configFile);
  vi.stubEnv("AWS_PROFILE", "prod");
  expect(await signedBy({ from: "default chain" })).toBe("AKIAPROFILE");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", secret);
  expect(await signedBy({ from: "default chain" })).toBe("AKIAENVIRONMENT");
});

test("A role is assumed with the external id and the provider's session name, for one token", async () => {
  const asked: URLSearchParams[] = [];
  using sts = await serve(async (request, response) => {
    asked.push(new URLSearchParams(await text(request)));
    const expiration = new Date(Date.now() + 120_000).toISOString();
    response.setHeader("Content-Type", "text/xml").end(
      `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
      <SessionToken>t</SessionToken><Expiration>${expiration}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
    );
  });
  vi.stubEnv("AWS_ENDPOINT_URL_STS", sts.url);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", secret);
  const { url, lifetimeMs } = await sign({ from: "role", arn: roleArn, externalId: "shop" });
  expect(url.searchParams.get("X-Amz-Credential")).toContain("ASIAROLE/");
  expect(asked.map((form) => Object.fromEntries(form))).toEqual([
    expect.objectContaining({
      Action: "AssumeRole",
      RoleArn: roleArn,
      ExternalId: "shop",
      RoleSessionName: "terraform-kafka-provider",
    }),
  ]);
  // The token is worthless once the credentials expire, and its validity must be a whole number of seconds.
  expect(lifetimeMs).toBeLessThanOrEqual(120_000);
  expect(url.searchParams.get("X-Amz-Expires")).toBe("900");
});

test("A container's credentials come from its agent, with the token of the file", async () => {
  const asked: (string | undefined)[] = [];
  using agent = await serve((request, response) => {
    asked.push(request.headers.authorization);
    const expiration = new Date(Date.now() + 3_600_000).toISOString();
    const credentials = { AccessKeyId: "ASIAPOD", SecretAccessKey: "s", Token: "t", Expiration: expiration };
    response.end(JSON.stringify(credentials));
  });
  const tokenFile = join(folder, "token");
  writeFileSync(tokenFile, "pod token");
  // An agent of ECS.
  vi.stubEnv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials");
  expect(await signedBy({ from: "container", tokenFile, uri: `${agent.url}/v1/credentials` })).toBe(
    "ASIAPOD",
  );
  expect(asked).toEqual(["pod token"]);
});

const failures: [IamCredentials, string][] = [
  [{ from: "default chain" }, "Could not load credentials from any providers"],
  [{ from: "profile", profile: "none" }, "profile: [none]"],
  [{ from: "profile", profile: "empty", configFile }, "profile: [empty]"],
  [{ from: "container", tokenFile: configFile, uri: "http://192.0.2.1/" }, "It must either be HTTPS"],
  [{ from: "role", arn: roleArn }, "Could not load credentials from any providers"],
];
test.for(failures)("Without credentials, cause and remedy are described: %j", async ([credentials, said]) => {
  const words = await fail(credentials);
  expect(words).toContain('there are no valid AWS credentials ("');
  expect(words).toContain(said);
  expect(words).toContain("Log in to AWS, or check the kafka:saslAws settings");
});

test("A fault of this program is not about credentials", async () => {
  const fault = new TypeError("undefined is not a function");
  const credentials: IamCredentials = {
    from: "profile",
    get profile(): string {
      throw fault;
    },
  };
  await expect(sign(credentials)).rejects.toBe(fault);
});

test("Credentials that AWS refuses, or does not give in time, are described", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", secret);
  using refusing = await serve((_, response) => {
    response
      .writeHead(403, { "Content-Type": "text/xml" })
      .end(
        "<ErrorResponse><Error><Code>ExpiredToken</Code><Message>The token has expired</Message></Error></ErrorResponse>",
      );
  });
  vi.stubEnv("AWS_ENDPOINT_URL_STS", refusing.url);
  expect(await fail({ from: "role", arn: roleArn })).toContain('("The token has expired")');
  using silent = await serve(() => {});
  vi.stubEnv("AWS_ENDPOINT_URL_STS", silent.url);
  expect(await fail({ from: "role", arn: roleArn }, 300)).toContain('("no answer in time")');
});

test("Requests to AWS go through the proxy that the environment names", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", secret);
  const asked = await withProxy(["https_proxy"], "", async () => {
    expect(await fail({ from: "role", arn: roleArn })).toContain("403");
  });
  expect(new Set(asked)).toEqual(new Set(["CONNECT sts.eu-west-1.amazonaws.com:443"]));
});
