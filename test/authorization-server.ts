import type { IncomingMessage } from "node:http";
import { Events, OAuth2Server } from "oauth2-mock-server";

/** The only client that the server knows. Its secret has characters that must be escaped. */
export const client = { id: "topics client", secret: "s3cret+/%~*" } as const;

/** An OAuth 2 authorization server on 127.0.0.1, closed by `await using`. */
export type AuthorizationServer = AsyncDisposable & {
  readonly tokenUrl: string;
  readonly jwksUrl: string;
  /** For routes whose answers no authorization server would give. */
  readonly service: OAuth2Server["service"];
  /** The parameters of each request for a token, and where its credentials were. */
  readonly requests: { readonly place: "header" | "form"; readonly parameters: object }[];
  /** Where the server accepts credentials. */
  accepts: "header" | "form" | "both";
  /** Of the next access tokens; brokers take the subject for the principal. */
  subject: string;
  audience: string;
  /** What the client is told about the next access tokens. */
  lifetimeSeconds: number;
};

/** Starts an authorization server that issues signed JWTs to one client. */
export async function startAuthorizationServer(): Promise<AuthorizationServer> {
  const server = new OAuth2Server();
  await server.issuer.keys.generate("ES256");
  await server.start(0, "127.0.0.1");
  const url = `http://127.0.0.1:${server.address().port}`;
  server.issuer.url = url;
  const started: AuthorizationServer = {
    tokenUrl: `${url}/token`,
    jwksUrl: `${url}/jwks`,
    service: server.service,
    requests: [],
    accepts: "both",
    subject: "topics",
    audience: "kafka",
    lifetimeSeconds: 3600,
    [Symbol.asyncDispose]: () => server.stop(),
  };
  server.service.on(Events.BeforeTokenSigning, ({ payload }) => {
    const { subject: sub, audience: aud } = started;
    // Longer than the client is told, so that no broker ends a session before the client authenticates again.
    Object.assign(payload, { sub, aud, exp: payload.iat + 3600 });
  });
  server.service.on(Events.BeforeResponse, (response, { body, headers }) => {
    const [place, id, secret] = credentialsIn(headers, body);
    started.requests.push({ place, parameters: body });
    const isKnown = id === client.id && secret === client.secret;
    if (isKnown && (started.accepts === "both" || started.accepts === place))
      response.body.expires_in = started.lifetimeSeconds;
    else {
      response.statusCode = 401;
      response.body = {
        error: "invalid_client",
        error_description: `unknown client, or not in the ${place}`,
      };
    }
  });
  return started;
}

function credentialsIn(
  { authorization = "" }: IncomingMessage["headers"],
  { client_id, client_secret }: { client_id?: unknown; client_secret?: unknown },
): [place: "header" | "form", id: unknown, secret: unknown] {
  const [, header] = /^Basic (.*)$/.exec(authorization) ?? [];
  if (header === undefined) return ["form", client_id, client_secret];
  const [id, secret] = Buffer.from(header, "base64")
    .toString()
    .split(":")
    .map((text) => decodeURIComponent(text.replaceAll("+", " ")));
  return ["header", id, secret];
}
