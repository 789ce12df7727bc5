import type { Settings } from "./connection-settings.ts";
import { credentialsOf, type IamCredentials } from "./iam-credentials.ts";

/** A user with a password. */
export type PasswordSasl = {
  readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
  readonly username: string;
  readonly password: string;
};

/** An OAuth 2 client, which gets access tokens with its credentials (RFC 6749, section 4.4). */
export type OauthSasl = {
  readonly mechanism: "oauthbearer";
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
};

/** An identity of AWS IAM, whose access tokens are signed on this machine. */
export type IamSasl = {
  readonly mechanism: "aws-iam";
  /** The cluster's region. */
  readonly region: string;
  readonly credentials: IamCredentials;
};

/** How a client authenticates with an access token. */
export type TokenSasl = OauthSasl | IamSasl;

/** How a client authenticates. Contains secrets. */
export type Sasl = PasswordSasl | TokenSasl;

/** Whether a client authenticates with an access token, OAUTHBEARER in Kafka's protocol. */
export function hasToken(sasl: Sasl | undefined): sasl is TokenSasl {
  return sasl?.mechanism === "oauthbearer" || sasl?.mechanism === "aws-iam";
}

const names = {
  plain: "plain",
  "scram-sha256": "scram-sha-256",
  "scram-sha512": "scram-sha-512",
} as const;

/** Returns how a client authenticates with these settings, which are consistent; undefined without SASL. */
export function saslOf(settings: Settings): Sasl | undefined {
  const { saslMechanism: mechanism, saslUsername: username, saslPassword: password } = settings;
  const { saslTokenUrl: tokenUrl, saslOauthScopes: scopes = [], saslAwsRegion: region } = settings;
  if (mechanism === "aws-iam")
    return region === undefined ? undefined : { mechanism, region, credentials: credentialsOf(settings) };
  if (username === undefined || password === undefined) return undefined;
  if (mechanism !== "oauthbearer") return { mechanism: names[mechanism], username, password };
  if (tokenUrl === undefined) return undefined;
  return { mechanism, tokenUrl, clientId: username, clientSecret: password, scopes };
}
