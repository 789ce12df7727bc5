import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Cluster } from "../dev/cluster/cluster.ts";
import { findFreePorts } from "../machine/free-ports.ts";
import { type AuthorizationServer, client, startAuthorizationServer } from "./authorization-server.ts";
import { createCluster } from "./cluster.ts";
import { type Outcome, Workspace } from "./workspace.ts";

// A broker that accepts only access tokens, which it validates with the authorization server's public keys. The tests run
// one after the other, on what the first deploys.

let server: AuthorizationServer;
let cluster: Cluster;
let config: Record<string, unknown>;
let workspace: Workspace;

beforeAll(async () => {
  server = await startAuthorizationServer();
  const [plaintext = 0, controller = 0, oauth = 0] = await findFreePorts(3);
  const clients = [`CLIENT://127.0.0.1:${plaintext}`, `OAUTH://127.0.0.1:${oauth}`].join();
  const oauthbearer = "org.apache.kafka.common.security.oauthbearer";
  cluster = createCluster([{ client: plaintext, controller }], {
    jvmFlags: [
      ...["-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"],
      // Since Kafka 4, a broker asks only these servers for keys.
      `-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=${server.jwksUrl}`,
    ],
    settings: {
      listeners: `${clients},CONTROLLER://127.0.0.1:${controller}`,
      "advertised.listeners": clients,
      "listener.security.protocol.map": "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT,OAUTH:SASL_PLAINTEXT",
      "listener.name.oauth.sasl.enabled.mechanisms": "OAUTHBEARER",
      "listener.name.oauth.oauthbearer.sasl.jaas.config": `${oauthbearer}.OAuthBearerLoginModule required;`,
      "listener.name.oauth.oauthbearer.sasl.server.callback.handler.class": `${oauthbearer}.OAuthBearerValidatorCallbackHandler`,
      "listener.name.oauth.sasl.oauthbearer.jwks.endpoint.url": server.jwksUrl,
      "listener.name.oauth.sasl.oauthbearer.expected.audience": server.audience,
      // A session ends with its token or after 5 s, unless the client authenticates again.
      "listener.name.oauth.oauthbearer.connections.max.reauth.ms": "5000",
      "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
      // The broker itself and the tests' tools, and the subject of the tokens.
      "super.users": `User:ANONYMOUS;User:${server.subject}`,
    },
  });
  await cluster.start();
  config = {
    "kafka:bootstrapServers": [`127.0.0.1:${oauth}`],
    "kafka:saslMechanism": "oauthbearer",
    "kafka:saslTokenUrl": server.tokenUrl,
    "kafka:saslUsername": client.id,
    "kafka:saslPassword": client.secret,
    "kafka:saslOauthScopes": ["topics"],
    defaultReplicationFactor: 1,
  };
  workspace = new Workspace({ "oauth.orders": { partitions: 3 } }, config);
  await workspace.createStack();
});

beforeEach(() => {
  server.requests.length = 0;
});

afterAll(async () => {
  await cluster?.stop("SIGKILL");
  workspace?.remove();
  cluster?.wipe();
  await server?.[Symbol.asyncDispose]();
});

function expectSuccess(outcome: Outcome): void {
  expect(outcome, outcome.stdout + outcome.stderr).toMatchObject({ exitCode: 0 });
}

test("The principal whose permissions are missing is the subject of the access token", async () => {
  const { subject } = server;
  server.subject = "guest";
  const { exitCode, stdout } = await workspace.run("preview");
  expect(exitCode).not.toBe(0);
  expect(stdout).toContain("User:guest may not DESCRIBE the topic");
  server.subject = subject;
});

test("The provider and the preflight deploy with access tokens for the stack's scopes", async () => {
  expectSuccess(await workspace.up());
  const parameters = { grant_type: "client_credentials", scope: "topics" };
  expect(new Set(server.requests.map((request) => JSON.stringify(request)))).toEqual(
    new Set([JSON.stringify({ place: "header", parameters })]),
  );
});

test("A smoke run that outlives its access tokens gets new ones", async () => {
  server.lifetimeSeconds = 0.1;
  expectSuccess(await workspace.run("smoke"));
  expect(server.requests.length).toBeGreaterThan(1);
  server.lifetimeSeconds = 3600;
});

test("Drift compares with one access token", async () => {
  expectSuccess(await workspace.run("drift", "--topic", "oauth.*"));
  expect(server.requests).toHaveLength(1);
});

test("A wrong secret and a token for another audience are reported as such, without the secret", async () => {
  workspace.configure({ ...config, "kafka:saslPassword": "hunter2" });
  for (const command of ["preview", "drift", "smoke"] as const) {
    const { exitCode, stdout, stderr } = await workspace.run(command);
    expect(exitCode).not.toBe(0);
    expect(stdout + stderr).toContain("the token endpoint refused the client");
    expect(stdout + stderr).not.toContain("hunter2");
  }
  workspace.configure(config);
  server.audience = "another";
  const { exitCode, stdout } = await workspace.run("preview");
  expect(exitCode).not.toBe(0);
  expect(stdout).toContain("it does not accept the access token");
});
