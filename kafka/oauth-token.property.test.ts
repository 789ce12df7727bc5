import { once } from "node:events";
import { createServer, type OutgoingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, expect } from "vitest";
import { damage, misplace, oddJson, oddJsonText, oddText } from "../test/odd-values.ts";
import { testProperty } from "../test/property.ts";
import { TokenError } from "./access-token.ts";
import { requestOauthToken } from "./oauth-token.ts";

const clientSecret = "hunter 2/+";
/** The forms in which a server receives the secret, any of which it may return. */
const secrets = [clientSecret, "hunter+2%2F%2B", "hunter%202%2F%2B", btoa("topics:hunter+2%2F%2B")];

type Answer = { readonly status: number; readonly headers: OutgoingHttpHeaders; readonly body: string };
let next: Answer;
const server = createServer((request, response) => {
  request.resume();
  response.writeHead(next.status, next.headers).end(next.body);
});

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const said = fc.oneof(oddText, fc.constantFrom(...secrets, `\u001b[31m${secrets.join()}\r\n`));
const lifetime = fc.oneof(fc.integer(), fc.double(), fc.constantFrom("60", "", "1e999", null, "soon"));
const fields = fc.record(
  {
    access_token: fc.oneof(fc.constant("t"), oddText),
    expires_in: lifetime,
    error: said,
    error_description: said,
  },
  { requiredKeys: [] },
);
const json = misplace(fields, oddJson).map((value) => JSON.stringify(value) ?? "");
const form = fields.map((values) =>
  Object.entries(values)
    .map(([key, value]) => `${key}=${value}`)
    .join("&"),
);
const answers: fc.Arbitrary<Answer> = fc.record({
  status: fc.oneof(fc.constant(200), fc.constantFrom(201, 204, 302, 304, 400, 401, 403, 404, 429, 500, 599)),
  headers: fc.record(
    {
      "content-type": fc.constantFrom(
        "application/json",
        "application/x-www-form-urlencoded",
        "text/plain",
        "text/html; charset=utf-8",
        ";",
        secrets.join(),
      ),
      location: fc.constantFrom("/token", "http://[", ""),
    },
    { requiredKeys: [] },
  ),
  body: fc.oneof(json, damage(json), form, oddJsonText),
});

testProperty(
  "Any answer of a token endpoint is a token, or a failure in one short line without the secret",
  answers,
  async (answer) => {
    next = answer;
    const { port } = server.address() as AddressInfo;
    const tokenUrl = `http://127.0.0.1:${port}/token`;
    const client = { clientId: "topics", clientSecret, tokenUrl, scopes: [] };
    const token = await requestOauthToken({ mechanism: "oauthbearer", ...client }, 10_000).catch(
      (error: unknown) => error,
    );
    if (token instanceof Error) {
      expect(token).toBeInstanceOf(TokenError);
      expect(token.message).toMatch(/^.{1,300}$/);
      for (const secret of secrets) expect(token.message).not.toContain(secret);
      return;
    }
    expect(token).toEqual({ value: expect.stringMatching(/./s), lifetimeMs: expect.any(Number) });
    expect(token).not.toHaveProperty("lifetimeMs", Number.NaN);
  },
);
