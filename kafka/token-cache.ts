import type { AccessToken } from "./access-token.ts";
import { signIamToken } from "./iam-token.ts";
import { requestOauthToken } from "./oauth-token.ts";
import type { OauthSasl, TokenSasl } from "./sasl.ts";

/**
 * The share of a token's lifetime after which it is renewed. kafkajs and brokers end sessions with their token, and the
 * other client authenticates again after this share of a session, so it then gets a new token.
 */
const renewalShare = 0.8;

type Entry = {
  readonly token: Promise<AccessToken>;
  /** On the clock of `Date.now()`. */
  renewAt: number;
  subject?: string | undefined;
};

const entries = new WeakMap<TokenSasl, Entry>();

/**
 * Returns an access token, a new one if the last one expires soon. Concurrent callers get the same one.
 * @param timeoutMs how long it may take to get a new one
 * @throws TokenError
 */
export async function readAccessToken(sasl: TokenSasl, timeoutMs: number): Promise<string> {
  const last = entries.get(sasl);
  if (last && Date.now() < last.renewAt) return (await last.token).value;
  const askedAt = Date.now();
  const token =
    sasl.mechanism === "oauthbearer" ? requestOauthToken(sasl, timeoutMs) : signIamToken(sasl, timeoutMs);
  const entry: Entry = { token, renewAt: Number.POSITIVE_INFINITY, subject: last?.subject };
  entries.set(sasl, entry);
  try {
    const { value, lifetimeMs } = await token;
    entry.renewAt = askedAt + renewalShare * lifetimeMs;
    entry.subject = subjectIn(value);
    return value;
  } catch (error) {
    entries.delete(sasl);
    throw error;
  }
}

/** The subject of the last access token; undefined if there is none yet, or if it is not a JWT. */
export function knownSubject(sasl: OauthSasl): string | undefined {
  return entries.get(sasl)?.subject;
}

function subjectIn(token: string): string | undefined {
  try {
    const { sub } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    return typeof sub === "string" ? sub : undefined;
  } catch {
    return undefined;
  }
}
