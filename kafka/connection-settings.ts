import { X509Certificate } from "node:crypto";
import { isAbsolute } from "node:path";
import { z } from "zod";
import { isAddress, isThisMachine } from "./address.ts";
import { type PemKind, readPem } from "./pem.ts";
import { strictKeys } from "./problem.ts";

/**
 * The environment variables that the provider reads for keys that the stack's config does not set. Of several variables,
 * it takes the first one that is set. All commands do the same.
 */
export const environmentNames: Readonly<Record<string, readonly string[]>> = {
  caCert: ["KAFKA_CA_CERT"],
  clientCert: ["KAFKA_CLIENT_CERT"],
  clientKey: ["KAFKA_CLIENT_KEY"],
  clientKeyPassphrase: ["KAFKA_CLIENT_KEY_PASSPHRASE"],
  skipTlsVerify: ["KAFKA_SKIP_VERIFY"],
  tlsEnabled: ["KAFKA_ENABLE_TLS"],
  saslMechanism: ["KAFKA_SASL_MECHANISM"],
  saslUsername: ["KAFKA_SASL_USERNAME"],
  saslPassword: ["KAFKA_SASL_PASSWORD"],
  saslTokenUrl: ["KAFKA_SASL_TOKEN_URL", "TOKEN_URL"],
  saslOauthScopes: ["KAFKA_SASL_OAUTH_SCOPES"],
  saslAwsRegion: ["KAFKA_SASL_IAM_AWS_REGION"],
  saslAwsRoleArn: ["AWS_ROLE_ARN"],
  saslAwsProfile: ["AWS_PROFILE"],
  saslAwsSharedConfigFiles: ["AWS_SHARED_CONFIG_FILES"],
  saslAwsAccessKey: ["AWS_ACCESS_KEY_ID"],
  saslAwsSecretKey: ["AWS_SECRET_ACCESS_KEY"],
  saslAwsToken: ["AWS_SESSION_TOKEN"],
  saslAwsContainerAuthorizationTokenFile: ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"],
  saslAwsContainerCredentialsFullUri: ["AWS_CONTAINER_CREDENTIALS_FULL_URI"],
  saslAwsCredsDebug: ["AWS_CREDS_DEBUG"],
};

const servers = 'a list of "host:port", one per element, with ports from 1 to 65535';
const configFile = 'a list with one absolute path: ["/home/ada/.aws/config"]';
// Requests contain the time as a number of 32 bits, in ms.
const seconds = "a whole number of seconds from 1 to 2147483";
const certificates =
  "CA certificates in PEM format, each line at the left margin, or the absolute path of such a file";
const pem = (kind: PemKind) =>
  z
    .string()
    .transform((value, ctx) => {
      const read = readPem(value, kind);
      if ("text" in read) return read.text;
      return refuse(ctx, `PEM text, or the absolute path of a PEM file; ${read.reason}`, value);
    })
    .optional();
const flag = z.enum(["true", "false"], '"true" or "false"').transform((text) => text === "true");
const notYet = z
  .undefined("no value: this setting is deprecated and not supported; use caCert, clientCert or clientKey")
  .optional();
const list = (allowed: string, isAllowed: (text: string) => boolean) =>
  z
    .string(allowed)
    .transform((text) => parseJson(text) ?? text)
    .pipe(z.array(z.string(allowed).refine(isAllowed, allowed), allowed).min(1, allowed));
// An empty value keeps the provider and the commands from reading the environment.
const emptied = (text: string) => text || undefined;
// No client and no server means them as a part of a secret: they are left over from a file or from copying.
const oneLine = (allowed: string) => z.string().regex(/^[^\r\n\0]*$/, `${allowed} without line breaks`);
const textOrEmpty = oneLine("a value").transform(emptied).optional();
const orEmpty = (pattern: RegExp, allowed: string) =>
  z
    .string()
    .refine((text) => text === "" || pattern.test(text), `${allowed}, or "" to ignore the environment`)
    .transform(emptied)
    .optional();

const shape = {
  bootstrapServers: list(servers, isAddress),
  tlsEnabled: flag.default(true),
  skipTlsVerify: flag.default(false),
  caCert: pem("certificate").transform(
    (text, ctx) => text && (readCertificates(text) ?? refuse(ctx, certificates, text)),
  ),
  clientCert: pem("certificate"),
  clientKey: pem("private key"),
  clientKeyPassphrase: oneLine("a passphrase").min(1, "a passphrase").optional(),
  saslMechanism: z
    .enum(
      ["plain", "scram-sha256", "scram-sha512", "oauthbearer", "aws-iam"],
      "plain, scram-sha256, scram-sha512, oauthbearer or aws-iam",
    )
    .default("plain"),
  saslUsername: oneLine("a user name").min(1, "a user name").refine(isPlainText, "a user name").optional(),
  saslPassword: oneLine("a password").min(1, "a password").optional(),
  saslTokenUrl: z
    .string()
    .refine(
      isTokenUrl,
      "an https URL without a user and a password; an http URL only on this machine, because http would send the secret " +
        "unencrypted",
    )
    .optional(),
  saslOauthScopes: list('a list of scopes: ["kafka"]', (text) => text !== "").optional(),
  saslAwsRegion: z
    .string()
    .regex(/^[a-z]+(-[a-z]+)+-\d+$/, "the region of the cluster, such as eu-west-1")
    .optional(),
  saslAwsRoleArn: orEmpty(/^arn:\S+$/, "the ARN of a role, such as arn:aws:iam::123456789012:role/topics"),
  saslAwsExternalId: textOrEmpty,
  saslAwsProfile: textOrEmpty,
  // The AWS SDK for Go merges several files, the one for JavaScript reads only one.
  saslAwsSharedConfigFiles: list(configFile, isAbsolute)
    .refine(({ length }) => length === 1, configFile)
    .optional(),
  saslAwsAccessKey: textOrEmpty,
  saslAwsSecretKey: textOrEmpty,
  saslAwsToken: textOrEmpty,
  saslAwsContainerAuthorizationTokenFile: orEmpty(/^\/.+$/, "the absolute path of a file"),
  saslAwsContainerCredentialsFullUri: orEmpty(/^https?:\/\/\S+$/, "a URI"),
  // With it, the provider logs the identity of the credentials, and exits if AWS does not return the identity.
  saslAwsCredsDebug: z.literal("false", '"false": the provider crashes if AWS does not answer').optional(),
  timeout: z
    .string()
    .regex(/^[1-9]\d*$/, seconds)
    .refine((text) => Number(text) * 1000 < 2 ** 31, seconds)
    .default("120"),
  // The protocol version that the provider assumes; the clients ask the broker instead. Only old versions begin with 0.
  kafkaVersion: z
    .string()
    .regex(/^(0\.\d{1,3}\.\d{1,3}\.\d{1,3}|[1-9]\d{0,2}\.\d{1,3}\.\d{1,3})$/, "a Kafka version such as 3.9.0")
    .optional(),
  // Deprecated provider settings. They are refused: ignoring one could reach another cluster.
  caCertFile: notYet,
  clientCertFile: notYet,
  clientKeyFile: notYet,
};

/** A setting of a connection: a key of the `kafka:` namespace, without the prefix. */
export type SettingKey = keyof typeof shape;

/** The keys of the `kafka:` namespace with their values as text, as the provider reads them. */
export const settings = z.strictObject(shape, strictKeys(shape));

/** The settings of a connection, parsed. */
export type Settings = z.output<typeof settings>;

function isTokenUrl(text: string): boolean {
  const url = URL.parse(text);
  // JavaScript ignores line breaks and takes a backslash for a slash; Go, as in the provider, refuses both.
  if (!url || /[\s\\]/.test(text) || url.username || url.password) return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isThisMachine(url.hostname));
}

function refuse(ctx: z.RefinementCtx, message: string, input: unknown): never {
  ctx.addIssue({ code: "custom", message, input });
  return z.NEVER;
}

/**
 * Reads the certificates of a PEM text, without what is between them. The provider skips a block that is no certificate,
 * while Node ignores all after it, and neither says so.
 * @returns undefined if there is none, or if a block is no certificate
 */
function readCertificates(text: string): string | undefined {
  const begun = text.match(/-----BEGIN CERTIFICATE-----/g)?.length;
  const blocks = text.match(/^-----BEGIN CERTIFICATE-----\s*$[^-]+^-----END CERTIFICATE-----/gm) ?? [];
  try {
    for (const block of blocks) new X509Certificate(block);
  } catch {
    return undefined;
  }
  return blocks.length > 0 && blocks.length === begun ? blocks.join("\n") : undefined;
}

/** Whether a value is text: the engine passes a list or an object of a stack's config as JSON. */
export function isPlainText(value: string): boolean {
  const parsed = parseJson(value);
  return typeof parsed !== "object" || parsed === null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
