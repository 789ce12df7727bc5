import { readFileSync, statSync } from "node:fs";
import { isAbsolute } from "node:path";
import { z } from "zod";
import { isAddress } from "./address.ts";
import { strictKeys } from "./problem.ts";

/** Provider settings that are not supported here yet. They are refused: ignoring one could reach another cluster. */
const unsupported = [
  "caCertFile",
  "clientCertFile",
  "clientKeyFile",
  "saslAwsAccessKey",
  "saslAwsContainerAuthorizationTokenFile",
  "saslAwsContainerCredentialsFullUri",
  "saslAwsCredsDebug",
  "saslAwsExternalId",
  "saslAwsProfile",
  "saslAwsRegion",
  "saslAwsRoleArn",
  "saslAwsSecretKey",
  "saslAwsSharedConfigFiles",
  "saslAwsToken",
  "saslOauthScopes",
  "saslTokenUrl",
] as const;

const servers = 'a list of "host:port", one per element, with ports from 1 to 65535';
// Requests contain the time as a number of 32 bits, in ms.
const seconds = "a whole number of seconds from 1 to 2147483";
// The engine runs the program in a different folder from the other commands, so a relative path would name two files.
const pem = (label: RegExp) =>
  z
    .string()
    .transform((text, ctx) => {
      const message = "PEM text, or the absolute path of a PEM file";
      return readPem(text, label) ?? ctx.addIssue({ code: "custom", message, input: text }) ?? z.NEVER;
    })
    .optional();
const flag = z.enum(["true", "false"], '"true" or "false"').transform((text) => text === "true");
const notYet = z
  .undefined(
    "no value: this setting is not supported; use TLS, with caCert, clientCert and clientKey, or SASL",
  )
  .optional();

const shape = {
  bootstrapServers: z
    .string(servers)
    .transform((text) => parseJson(text) ?? text)
    .pipe(z.array(z.string(servers).refine(isAddress, servers), servers).min(1, servers)),
  tlsEnabled: flag.default(true),
  skipTlsVerify: flag.default(false),
  caCert: pem(/-----BEGIN CERTIFICATE-----/),
  clientCert: pem(/-----BEGIN CERTIFICATE-----/),
  clientKey: pem(/-----BEGIN [A-Z ]*PRIVATE KEY-----/),
  clientKeyPassphrase: z.string().min(1, "a passphrase").optional(),
  saslMechanism: z
    .enum(["plain", "scram-sha256", "scram-sha512"], "plain, scram-sha256 or scram-sha512")
    .default("plain"),
  saslUsername: z.string().min(1, "a user name").optional(),
  saslPassword: z.string().min(1, "a password").optional(),
  timeout: z
    .string()
    .regex(/^[1-9]\d*$/, seconds)
    .refine((text) => Number(text) * 1000 < 2 ** 31, seconds)
    .default("120"),
  // The protocol version the provider assumes; the clients ask the broker instead. Only old versions start with 0.
  kafkaVersion: z
    .string()
    .regex(/^(0\.\d{1,3}\.\d{1,3}\.\d{1,3}|[1-9]\d{0,2}\.\d{1,3}\.\d{1,3})$/, "a Kafka version such as 3.9.0")
    .optional(),
  ...Object.fromEntries(unsupported.map((key) => [key, notYet])),
};

/** The keys of the `kafka:` namespace with their values as text, as the provider reads them. */
export const settings = z.strictObject(shape, strictKeys(shape));

function readPem(text: string, label: RegExp): string | undefined {
  if (label.test(text)) return text;
  if (!isAbsolute(text)) return undefined;
  try {
    // A device or a pipe may never end.
    if (!statSync(text).isFile()) return undefined;
    const content = readFileSync(text, "utf8");
    return label.test(content) ? content : undefined;
  } catch {
    return undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
