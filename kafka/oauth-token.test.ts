import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type AuthorizationServer, client, startAuthorizationServer } from "../test/authorization-server.ts";
import { withProxy } from "../test/http-proxy.ts";
import { LocalServers } from "../test/local-servers.ts";
import { explain } from "./describe-failure.ts";
import { requestOauthToken } from "./oauth-token.ts";
import type { OauthSasl } from "./sasl.ts";

const timeoutMs = 10_000;
let server: AuthorizationServer;

beforeAll(async () => {
  server = await startAuthorizationServer();
  for (const [name, { status = 200, headers = {}, body }] of Object.entries(answers))
    server.service.addRoute("POST", `/${name}`, (_, response) => {
      response.writeHead(status, headers).end(body);
    });
  server.service.addRoute("POST", "/silent", () => {});
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => {
  server.requests.length = 0;
  server.accepts = "both";
});

type Answer = { readonly status?: number; readonly headers?: Record<string, string>; readonly body: string };

const json = { "Content-Type": "application/json" };
const chatter = `\u001b[31m${client.secret}?${"!".repeat(2 ** 19)}`;

/** Answers that are no token, or a token in an unusual form, by path. */
const answers: Readonly<Record<string, Answer>> = {
  page: { headers: { "Content-Type": "text/html" }, body: "<html>Log in</html>" },
  empty: { headers: json, body: "{}" },
  list: { headers: json, body: "[1]" },
  moved: { status: 302, headers: { Location: "/token" }, body: "" },
  broken: { status: 502, body: "Bad gateway" },
  endless: { headers: json, body: JSON.stringify({ access_token: "x".repeat(2 ** 21) }) },
  forbidden: { status: 403, body: "no" },
  unorthodox: { body: '{"error":"invalid_scope"}' },
  chatty: { status: 400, body: JSON.stringify({ error: "invalid_client", error_description: chatter }) },
  form: {
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: "access_token=t&expires_in=60",
  },
  texts: { body: '{"access_token":"t","expires_in":"60"}' },
  unlimited: { body: '{"access_token":"t","expires_in":null}' },
};

function saslFor(path = "/token", changes: Partial<OauthSasl> = {}): OauthSasl {
  const tokenUrl = new URL(path, server.tokenUrl).href;
  return {
    mechanism: "oauthbearer",
    tokenUrl,
    clientId: client.id,
    clientSecret: client.secret,
    scopes: [],
    ...changes,
  };
}

/** The explanation of a failure, which must not contain the secret. */
async function fail(sasl: OauthSasl, withinMs = timeoutMs): Promise<string> {
  const said = await requestOauthToken(sasl, withinMs).then(
    () => "a token",
    (error) => explain(error),
  );
  for (const secret of [client.secret, encodeURIComponent(client.secret)]) expect(said).not.toContain(secret);
  return said;
}

test("A client gets a token for its scopes, with its credentials in the header", async () => {
  const token = await requestOauthToken(saslFor("/token", { scopes: ["read", "write"] }), timeoutMs);
  expect(token).toEqual({ value: expect.stringMatching(/^ey.+\..+\..+$/), lifetimeMs: 3_600_000 });
  const parameters = { grant_type: "client_credentials", scope: "read write" };
  expect(server.requests).toEqual([{ place: "header", parameters }]);
});

test("A server that expects the credentials in the form gets them there, from the second request on at once", async () => {
  server.accepts = "form";
  const sasl = saslFor();
  await requestOauthToken(sasl, timeoutMs);
  await requestOauthToken(sasl, timeoutMs);
  expect(server.requests.map(({ place }) => place)).toEqual(["header", "form", "form"]);
});

test("A server that accepted the header is not sent the secret in the form", async () => {
  const sasl = saslFor();
  await requestOauthToken(sasl, timeoutMs);
  server.accepts = "form";
  expect(await fail(sasl)).toContain("the token endpoint refused the client");
  expect(server.requests.map(({ place }) => place)).toEqual(["header", "header"]);
});

test("A wrong secret is refused, with the server's words", async () => {
  expect(await fail(saslFor("/token", { clientSecret: "wrong" }))).toBe(
    `the token endpoint refused the client ("${server.tokenUrl}: 401, invalid_client, unknown client, or not in the form"). ` +
      "Check kafka:saslUsername, kafka:saslPassword and kafka:saslOauthScopes.",
  );
});

test.for([
  ["form", 60_000],
  ["texts", 60_000],
  ["unlimited", 0],
] as const)("A token is found in an answer of another form: %s", async ([path, lifetimeMs]) => {
  expect(await requestOauthToken(saslFor(path), timeoutMs)).toEqual({ value: "t", lifetimeMs });
});

test.for([
  ["page", "HTTP status 200, text/html"],
  ["empty", "HTTP status 200, application/json"],
  ["list", "HTTP status 200, application/json"],
  ["moved", "HTTP status 302, no content type"],
  ["broken", "HTTP status 502, no content type"],
  ["endless", "HTTP status 200, application/json"],
  ["nothing-there", "HTTP status 404"],
] as const)("An answer without a token is described: %s", async ([path, said]) => {
  const words = await fail(saslFor(path));
  expect(words).toContain(`the answer of the token endpoint contains no access token ("`);
  expect(words).toContain(`/${path}: ${said}`);
});

test.for([
  ["forbidden", "/forbidden: 403"],
  ["unorthodox", "/unorthodox: 200, invalid_scope"],
  ["chatty", "/chatty: 400, invalid_client, [31m[secret]?!!!"],
] as const)(
  "A refusal is described in a line of limited length, without control characters: %s",
  async ([path, said]) => {
    const words = await fail(saslFor(path));
    expect(words).toContain("the token endpoint refused the client");
    expect(words).toContain(said);
    expect(words.length).toBeLessThan(500);
  },
);

test("An endpoint that does not answer in time, or does not exist, is reported as such", async () => {
  expect(await fail(saslFor("/silent"), 100)).toMatch(
    /the token endpoint does not answer \(".*\/silent: .*timeout/,
  );
  const nobody = createServer().listen(0, "127.0.0.1");
  await once(nobody, "listening");
  const { port } = nobody.address() as AddressInfo;
  nobody.close();
  for (const host of ["127.0.0.1", "localhost"])
    expect(await fail(saslFor(`http://${host}:${port}/token?key=1`))).toMatch(
      new RegExp(`the token endpoint does not answer \\("http://${host}:${port}/token: connect ECONNREFUSED`),
    );
});

test.for([301, 302, 303, 307, 308])(
  "A redirect to another host does not get the secret: %d",
  async (status) => {
    const asked: string[] = [];
    using servers = new LocalServers();
    const other = createServer((request, response) => {
      asked.push(`${request.method} ${request.headers.authorization}`);
      response.end("{}");
    });
    const address = await servers.listen(other);
    server.service.addRoute("POST", `/moved-${status}`, (_, response) => {
      response.writeHead(status, { Location: `http://${address}/steal` }).end();
    });
    expect(await fail(saslFor(`/moved-${status}`))).toContain(`/moved-${status}: HTTP status ${status}`);
    expect(asked).toEqual([]);
  },
);

/** This machine under a name that is not known as such. */
const elsewhere = () => new URL(server.tokenUrl.replace("127.0.0.1", "0.0.0.0")).href;

test.for(["HTTP_PROXY", "http_proxy"])("A request goes through the proxy of %s", async (name) => {
  const asked = await withProxy([name], "", async () => {
    const token = await requestOauthToken(saslFor(elsewhere()), timeoutMs);
    expect(token.value).toBe("from the proxy");
  });
  expect(asked).toEqual([`POST ${elsewhere()}`]);
});

test("A request over https goes through a tunnel, and the proxy's refusal is reported", async () => {
  const asked = await withProxy(["https_proxy"], "", async () => {
    const said = await fail(saslFor("https://id.example.invalid/token"));
    expect(said).toContain('the token endpoint does not answer ("https://id.example.invalid/token: ');
    expect(said).toContain("403");
  });
  expect(asked).toEqual(["CONNECT id.example.invalid:443"]);
});

test("A request within this machine, and one to a host in no_proxy, does not go through a proxy", async () => {
  const asked = await withProxy(["HTTP_PROXY", "http_proxy"], "0.0.0.0", async () => {
    await requestOauthToken(saslFor(), timeoutMs);
    await requestOauthToken(saslFor(elsewhere()), timeoutMs);
  });
  expect(asked).toEqual([]);
  expect(server.requests).toHaveLength(2);
});
