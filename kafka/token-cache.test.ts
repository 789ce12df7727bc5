import { Events } from "oauth2-mock-server";
import { afterEach, expect, test, vi } from "vitest";
import { client, startAuthorizationServer } from "../test/authorization-server.ts";
import { principalOf } from "./connection.ts";
import type { OauthSasl } from "./sasl.ts";
import { readAccessToken } from "./token-cache.ts";

const timeoutMs = 10_000;

function saslFor(tokenUrl: string): OauthSasl {
  return { mechanism: "oauthbearer", tokenUrl, clientId: client.id, clientSecret: client.secret, scopes: [] };
}

afterEach(() => {
  vi.useRealTimers();
});

test("A token is kept for four fifths of its lifetime, and concurrent callers share one request", async () => {
  await using server = await startAuthorizationServer();
  vi.useFakeTimers({ toFake: ["Date"] });
  const sasl = saslFor(server.tokenUrl);
  const readAll = async () => {
    const tokens = await Promise.all(Array.from({ length: 5 }, () => readAccessToken(sasl, timeoutMs)));
    return new Set(tokens);
  };
  const first = await readAll();
  expect(first.size).toBe(1);
  vi.advanceTimersByTime(0.79 * 3_600_000);
  expect(await readAll()).toEqual(first);
  expect(server.requests).toHaveLength(1);

  vi.advanceTimersByTime(0.02 * 3_600_000);
  const second = await readAll();
  expect(second.size).toBe(1);
  expect(second).not.toEqual(first);
  expect(server.requests).toHaveLength(2);
});

test("Each client has its own token, even for the same server", async () => {
  await using server = await startAuthorizationServer();
  for (const sasl of [saslFor(server.tokenUrl), saslFor(server.tokenUrl)])
    await readAccessToken(sasl, timeoutMs);
  expect(server.requests).toHaveLength(2);
});

test("A token whose lifetime is unknown is not kept, as in the provider", async () => {
  await using server = await startAuthorizationServer();
  const sasl = saslFor(new URL("/opaque", server.tokenUrl).href);
  let asked = 0;
  server.service.addRoute("POST", "/opaque", (_, response) => {
    asked++;
    response.end('{"access_token":"opaque"}');
  });
  for (let at = 0; at < 2; at++) expect(await readAccessToken(sasl, timeoutMs)).toBe("opaque");
  expect(asked).toBe(2);
  expect(principalOf({ sasl })).toBe(`User:${client.id}`);
});

test("A failure is not kept: the next caller asks again", async () => {
  await using server = await startAuthorizationServer();
  const refuse = (response: object) => {
    Object.assign(response, { statusCode: 503, body: { error: "temporarily_unavailable" } });
  };
  server.service.on(Events.BeforeResponse, refuse);
  const sasl = saslFor(server.tokenUrl);
  await expect(readAccessToken(sasl, timeoutMs)).rejects.toThrow("503, temporarily_unavailable");
  server.service.off(Events.BeforeResponse, refuse);
  expect(await readAccessToken(sasl, timeoutMs)).toMatch(/^ey/);
});

test("The principal is the token's subject once there is a token, also while it is renewed", async () => {
  await using server = await startAuthorizationServer();
  vi.useFakeTimers({ toFake: ["Date"] });
  const sasl = saslFor(server.tokenUrl);
  expect(principalOf({ sasl })).toBe(`User:${client.id}`);
  await readAccessToken(sasl, timeoutMs);
  expect(principalOf({ sasl })).toBe(`User:${server.subject}`);
  vi.advanceTimersByTime(3_600_000);
  const renewed = readAccessToken(sasl, timeoutMs);
  expect(principalOf({ sasl })).toBe(`User:${server.subject}`);
  await renewed;
});
