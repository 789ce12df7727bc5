import { type IncomingMessage, Agent as PlainAgent, request as requestPlain } from "node:http";
import { request as requestTls, Agent as TlsAgent } from "node:https";
import { getCACertificates } from "node:tls";
import { z } from "zod";
import { type AccessToken, TokenError } from "./access-token.ts";
import { isThisMachine } from "./address.ts";
import { errorsIn } from "./error-chain.ts";
import type { OauthSasl } from "./sasl.ts";

/** How much of an answer is read, as in the provider. */
const mostChars = 2 ** 20;
/** The server's words may be a whole page. */
const longestEvidence = 200;

/** Where a server expects the credentials: in the Authorization header or in the form. */
type Place = "header" | "form";
const acceptedPlaces = new WeakMap<OauthSasl, Place>();

/**
 * Requests an access token with a client's credentials. Servers differ in where they expect these. As
 * golang.org/x/oauth2/clientcredentials does for the provider, this tries both places and keeps to the accepted one.
 * @throws TokenError
 */
export async function requestOauthToken(sasl: OauthSasl, timeoutMs: number): Promise<AccessToken> {
  const signal = AbortSignal.timeout(timeoutMs);
  const known = acceptedPlaces.get(sasl);
  if (known) return requestWith(sasl, known, signal);
  try {
    return await requestWith(sasl, "header", signal);
  } catch (error) {
    if (!(error instanceof TokenError) || error.code === "TOKEN_ENDPOINT_UNREACHABLE") throw error;
    return requestWith(sasl, "form", signal);
  }
}

async function requestWith(sasl: OauthSasl, place: Place, signal: AbortSignal): Promise<AccessToken> {
  const { clientId, clientSecret, scopes } = sasl;
  const url = new URL(sasl.tokenUrl);
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    ...(scopes.length > 0 && { scope: scopes.join(" ") }),
    ...(place === "form" && { client_id: clientId, client_secret: clientSecret }),
  });
  const authorization = place === "header" && { Authorization: basic(clientId, clientSecret) };
  // A server may return the secret in any form in which it got it.
  const forms = [
    clientSecret,
    escapeForm(clientSecret),
    basic(clientId, clientSecret).slice("Basic ".length),
  ];
  const fail = (code: TokenError["code"], said: string) => {
    const evidence = [...forms, encodeURIComponent(clientSecret)]
      .reduce((text, form) => text.replaceAll(form, "[secret]"), said)
      .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
    return new TokenError(code, `${url.origin}${url.pathname}: ${evidence.slice(0, longestEvidence)}`);
  };
  const { status, type, text } = await post(url, form, { ...authorization }, signal).catch((error) => {
    throw fail("TOKEN_ENDPOINT_UNREACHABLE", [...errorsIn(error)].at(-1)?.message ?? String(error));
  });
  const answer = parseAnswer(type, text);
  if (answer.error || [400, 401, 403].includes(status))
    throw fail("TOKEN_REFUSED", [status, answer.error, answer.error_description].filter(Boolean).join(", "));
  if (status < 200 || status > 299 || !answer.access_token)
    throw fail("TOKEN_MISSING", `HTTP status ${status}, ${type || "no content type"}`);
  acceptedPlaces.set(sasl, place);
  return { value: answer.access_token, lifetimeMs: answer.expires_in * 1000 };
}

/** The Authorization header, with the credentials escaped as in a form (RFC 6749, section 2.3.1). */
function basic(...credentials: readonly string[]): string {
  return `Basic ${Buffer.from(credentials.map(escapeForm).join(":")).toString("base64")}`;
}

function escapeForm(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}

/**
 * Sends a form. Unlike `fetch`, it follows no redirect, which could lead the secret elsewhere, and can use the proxy that
 * the environment names, if any. Like Go, it trusts the system's CAs and asks no proxy for this machine.
 */
async function post(
  url: URL,
  form: URLSearchParams,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<{ status: number; type: string; text: string }> {
  const proxyEnv = isThisMachine(url.hostname) ? undefined : process.env;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const options = {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/x-www-form-urlencoded" },
    signal,
  };
  const request =
    url.protocol === "https:"
      ? requestTls(url, { ...options, agent: new TlsAgent({ proxyEnv, ca: trustedCas() }) })
      : requestPlain(url, { ...options, agent: new PlainAgent({ proxyEnv }) });
  request.on("response", resolve).on("error", reject).end(String(form));
  const response = (await promise).setEncoding("utf8");
  let text = "";
  for await (const chunk of response) {
    text += chunk;
    if (text.length > mostChars) break;
  }
  return { status: response.statusCode ?? 0, type: response.headers["content-type"] ?? "", text };
}

function trustedCas(): string[] {
  // Mostly the same ones, which each take time to parse.
  return [...new Set([...getCACertificates("default"), ...getCACertificates("system")])];
}

const answerSchema = z.object({
  access_token: z.string().catch(""),
  expires_in: z.coerce.number().catch(0),
  error: z.string().catch(""),
  error_description: z.string().catch(""),
});

function parseAnswer(type: string, text: string): z.output<typeof answerSchema> {
  // Some servers return a form.
  const isForm = /^(application\/x-www-form-urlencoded|text\/plain)\b/i.test(type);
  let fields: unknown;
  try {
    fields = isForm ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text);
  } catch {
    // A page, for example of a proxy.
  }
  return answerSchema.catch(answerSchema.parse({})).parse(fields);
}
