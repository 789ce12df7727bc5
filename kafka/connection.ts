import { readFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import { z } from "zod";
import { inputCodes, type Problem, problemsOf, strictKeys } from "./problem.ts";

/** Codes of what is wrong with the settings of a connection. */
export const connectionCodes = [...inputCodes, "CONNECTION_INCONSISTENT"] as const;

type ConnectionProblem = Problem<(typeof connectionCodes)[number]>;

/** How to connect to a cluster, from the stack config that the provider uses too. Contains secrets. */
export type Connection = {
  /** Each `host:port`. */
  readonly bootstrapServers: readonly string[];
  /** Absent for plaintext. `ca` is PEM text, trusted in addition to the public roots. */
  readonly tls?: { readonly ca?: string; readonly rejectUnauthorized: boolean };
  readonly sasl?: {
    readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
    readonly username: string;
    readonly password: string;
  };
  /** For one request, in ms. */
  readonly timeoutMs: number;
};

/** The environment variables that the provider reads for keys that the stack config lacks; all commands do the same. */
const environmentNames = {
  caCert: "KAFKA_CA_CERT",
  clientCert: "KAFKA_CLIENT_CERT",
  clientKey: "KAFKA_CLIENT_KEY",
  clientKeyPassphrase: "KAFKA_CLIENT_KEY_PASSPHRASE",
  skipTlsVerify: "KAFKA_SKIP_VERIFY",
  tlsEnabled: "KAFKA_ENABLE_TLS",
  saslMechanism: "KAFKA_SASL_MECHANISM",
  saslUsername: "KAFKA_SASL_USERNAME",
  saslPassword: "KAFKA_SASL_PASSWORD",
  saslTokenUrl: "KAFKA_SASL_TOKEN_URL",
} as const;

/** Provider settings that are not supported here yet. They are refused: ignoring one could reach another cluster. */
const unsupported = [
  "caCertFile",
  "clientCert",
  "clientCertFile",
  "clientKey",
  "clientKeyFile",
  "clientKeyPassphrase",
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

/** The keys whose values may be shown. Any other may contain a password, even a misspelt key. */
const shown = new Set([
  "bootstrapServers",
  "tlsEnabled",
  "skipTlsVerify",
  "saslMechanism",
  "timeout",
  "kafkaVersion",
]);

const prefix = "kafka:";

const mechanisms = {
  plain: "plain",
  "scram-sha256": "scram-sha-256",
  "scram-sha512": "scram-sha-512",
} as const;

const servers = 'a list of "host:port", one per element';
// The engine runs the program in a different folder from the other commands, so a relative path would name two files.
const pem = "PEM text, or the absolute path of a PEM file";
const flag = z.enum(["true", "false"], '"true" or "false"').transform((text) => text === "true");
const notYet = z
  .undefined("no value: this setting is not supported; use TLS with caCert, or SASL")
  .optional();

const shape = {
  bootstrapServers: z
    .string(servers)
    .transform((text) => parseJson(text) ?? text)
    .pipe(
      z
        .array(z.string(servers).regex(/^[^\s,:]+:\d+$|^\[[0-9a-f:]+\]:\d+$/i, servers), servers)
        .min(1, servers),
    ),
  tlsEnabled: flag.default(true),
  skipTlsVerify: flag.default(false),
  caCert: z
    .string()
    .transform(
      (text, ctx) => readPem(text) ?? ctx.addIssue({ code: "custom", message: pem, input: text }) ?? z.NEVER,
    )
    .optional(),
  saslMechanism: z
    .enum(["plain", "scram-sha256", "scram-sha512"], "plain, scram-sha256 or scram-sha512")
    .default("plain"),
  saslUsername: z.string().min(1, "a user name").optional(),
  saslPassword: z.string().min(1, "a password").optional(),
  timeout: z
    .string()
    .regex(/^[1-9]\d*$/, "a whole number of seconds, at least 1")
    .default("120"),
  // The protocol version the provider assumes; the clients ask the broker instead. Only old versions start with 0.
  kafkaVersion: z
    .string()
    .regex(/^(0\.\d{1,3}\.\d{1,3}\.\d{1,3}|[1-9]\d{0,2}\.\d{1,3}\.\d{1,3})$/, "a Kafka version such as 3.9.0")
    .optional(),
  ...Object.fromEntries(unsupported.map((key) => [key, notYet])),
};

const settings = z.strictObject(shape, strictKeys(shape));

/**
 * Reads the provider's namespace of a stack's config.
 * @param config all keys of the stack's config with their values as text, `kafka:bootstrapServers` among them
 * @param place the config's file, as problems name it: `Pulumi.dev.yaml`
 * @returns a connection, or all problems. No problem shows a password or a certificate.
 */
export function readConnection(
  config: Readonly<Record<string, string>>,
  place: string,
  environment: NodeJS.ProcessEnv = process.env,
): { connection: Connection } | { problems: ConnectionProblem[] } {
  const given: Record<string, string> = {};
  const sources = new Map<string, Pick<Problem, "place" | "field">>();
  for (const [key, name] of Object.entries(environmentNames)) {
    const value = environment[name];
    if (!value) continue;
    given[key] = value;
    sources.set(key, { place: "environment", field: name });
  }
  for (const [key, value] of Object.entries(config)) {
    if (!key.startsWith(prefix)) continue;
    given[key.slice(prefix.length)] = value;
    sources.delete(key.slice(prefix.length));
  }
  const parsed = settings.safeParse(given, { reportInput: true });
  const invalid = parsed.success ? [] : problemsOf(parsed.error, place, ([key = ""]) => key);
  const isInvalid = (key: string) => invalid.some(({ field }) => field === key);
  const inconsistent = [...findInconsistencies(given, (key) => sources.has(key))]
    .filter(([field]) => !isInvalid(field))
    .map(
      ([field, allowed]) =>
        ({ code: "CONNECTION_INCONSISTENT", place, field, given: given[field], allowed }) as const,
    );
  if (!parsed.success || inconsistent.length > 0) {
    return {
      problems: [...invalid, ...inconsistent].map((problem) => ({
        ...problem,
        given: problem.given === undefined || shown.has(problem.field) ? problem.given : "(not shown)",
        ...(sources.get(problem.field) ?? { field: prefix + problem.field }),
      })),
    };
  }
  const { bootstrapServers, tlsEnabled, skipTlsVerify, caCert, timeout } = parsed.data;
  const { saslMechanism, saslUsername: username, saslPassword: password } = parsed.data;
  return {
    connection: {
      bootstrapServers,
      timeoutMs: Number(timeout) * 1000,
      ...(tlsEnabled && {
        tls: { rejectUnauthorized: !skipTlsVerify, ...(caCert && { ca: caCert }) },
      }),
      ...(username !== undefined &&
        password !== undefined && { sasl: { mechanism: mechanisms[saslMechanism], username, password } }),
    },
  };
}

/**
 * Settings without effect because of another one. The provider ignores them silently: without a user and a password it
 * leaves SASL out, whatever the mechanism is, and without TLS it connects in plaintext, whatever it should trust. A user
 * without a mechanism is no such case: the provider and the clients take PLAIN.
 * @param isFromEnvironment whether the value of a key comes from the environment
 * @returns by key, what is allowed in its place
 */
function findInconsistencies(
  given: Readonly<Record<string, string>>,
  isFromEnvironment: (key: string) => boolean,
): Map<string, string> {
  const { saslMechanism, saslUsername, saslPassword, tlsEnabled } = given;
  const allowed = new Map<string, string>();
  if (saslUsername !== undefined && saslPassword === undefined)
    allowed.set("saslPassword", "the password of kafka:saslUsername; to connect without SASL, remove that");
  if (saslUsername === undefined && saslPassword !== undefined)
    allowed.set("saslUsername", "the user of kafka:saslPassword; to connect without SASL, remove that");
  if (saslMechanism !== undefined && saslUsername === undefined && saslPassword === undefined)
    allowed.set(
      "saslMechanism",
      "no value without kafka:saslUsername and kafka:saslPassword; set both, or remove it to connect without SASL",
    );
  if (tlsEnabled !== "false") return allowed;
  // The environment is for all stacks, and a stack may switch TLS off for itself.
  for (const key of ["caCert", "skipTlsVerify"]) {
    if (given[key] === undefined || given[key] === "false" || isFromEnvironment(key)) continue;
    allowed.set(key, 'no value while kafka:tlsEnabled is "false"; enable TLS, or remove it');
  }
  return allowed;
}

function readPem(text: string): string | undefined {
  if (text.includes("BEGIN CERTIFICATE")) return text;
  if (!isAbsolute(text)) return undefined;
  try {
    return readFileSync(text, "utf8");
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

/** The principal that the brokers see, derived from the connection. */
export function principalOf({ sasl }: Pick<Connection, "sasl">): string {
  return sasl ? `User:${sasl.username}` : "User:ANONYMOUS";
}
