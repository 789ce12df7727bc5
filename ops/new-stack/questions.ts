/** A setting of the `kafka:` namespace that the command asks for. */
export type Question = {
  /** Its key in the namespace. */
  readonly key: string;
  /** What it asks for. */
  readonly wanted: string;
  /** How it is answered: `list` with commas, `file` with a path, `secret` without being shown. */
  readonly kind: "text" | "list" | "file" | "secret";
  /** The flag that answers it. A secret has none: other processes and the shell history would see it. */
  readonly flag?: string;
  /** The environment variable that answers it, the one that the provider reads. */
  readonly variable?: string;
  /** Whether its value is encrypted in the stack's config, although it is not a `secret`: secrets always are. */
  readonly isEncrypted?: true;
  readonly isOptional?: true;
};

/** A way to log in to the brokers. */
export type Login = {
  readonly name: string;
  /** The value of `saslMechanism`; absent without SASL. */
  readonly mechanism?: string;
  readonly needsTls?: true;
  /** What the command asks for this login, in this order. */
  readonly questions: readonly Question[];
};

/** Asks for the addresses of the brokers. */
export const bootstrapServers: Question = {
  key: "bootstrapServers",
  wanted: "bootstrap servers (host:port, separated by commas)",
  kind: "list",
  flag: "bootstrap-servers",
};

/** Asks for a private CA. */
export const caCert: Question = {
  key: "caCert",
  wanted: "PEM file of the CA that issued the brokers' certificates (empty for a public CA)",
  kind: "file",
  flag: "ca-cert",
  isOptional: true,
};

const user: Question = { key: "saslUsername", wanted: "user name", kind: "text", flag: "sasl-username" };
const password: Question = {
  key: "saslPassword",
  wanted: "password",
  kind: "secret",
  variable: "KAFKA_SASL_PASSWORD",
};
const tokenUrl: Question = {
  key: "saslTokenUrl",
  wanted: "URL of the token endpoint",
  kind: "text",
  flag: "sasl-token-url",
};
const clientId: Question = { ...user, wanted: "client ID" };
const clientSecret: Question = { ...password, wanted: "client secret" };
const scopes: Question = {
  key: "saslOauthScopes",
  wanted: "scopes (separated by commas, empty for none)",
  kind: "list",
  flag: "sasl-oauth-scopes",
  isOptional: true,
};
const region: Question = {
  key: "saslAwsRegion",
  wanted: "AWS region of the cluster",
  kind: "text",
  flag: "sasl-aws-region",
};
const clientCert: Question = {
  key: "clientCert",
  wanted: "PEM file of the client certificate",
  kind: "file",
  flag: "client-cert",
};
const clientKey: Question = {
  key: "clientKey",
  wanted: "PEM file of the client certificate's private key",
  kind: "file",
  flag: "client-key",
  isEncrypted: true,
};
const clientKeyPassphrase: Question = {
  key: "clientKeyPassphrase",
  wanted: "passphrase of the private key",
  kind: "secret",
  variable: "KAFKA_CLIENT_KEY_PASSPHRASE",
};

/** The ways to log in, the most common first. */
export const logins: readonly Login[] = [
  { name: "User and password, SCRAM-SHA-512", mechanism: "scram-sha512", questions: [user, password] },
  { name: "User and password, SCRAM-SHA-256", mechanism: "scram-sha256", questions: [user, password] },
  { name: "User and password, PLAIN", mechanism: "plain", questions: [user, password] },
  {
    name: "OAuth 2 client credentials",
    mechanism: "oauthbearer",
    questions: [tokenUrl, clientId, clientSecret, scopes],
  },
  { name: "AWS IAM (Amazon MSK)", mechanism: "aws-iam", needsTls: true, questions: [region] },
  { name: "Client certificate (mutual TLS)", needsTls: true, questions: [clientCert, clientKey] },
  { name: "No authentication", questions: [] },
];

/** The ways to log in with a user or a client ID. */
export const loginsWithUser = logins.filter((login) => login.questions.some(({ key }) => key === user.key));

/** All questions. One that the chosen login does not need is asked only if the answers are refused without it. */
export const questions: readonly Question[] = [
  bootstrapServers,
  caCert,
  user,
  password,
  tokenUrl,
  scopes,
  region,
  clientCert,
  clientKey,
  clientKeyPassphrase,
];
