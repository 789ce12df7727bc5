import { type ClientCertificate, checkClientCertificate, subjectOf } from "./client-certificate.ts";
import { findInconsistencies } from "./connection-rules.ts";
import { environmentNames, type Settings, settings } from "./connection-settings.ts";
import { isPath } from "./pem.ts";
import { inputCodes, type Problem, problemsOf } from "./problem.ts";
import { type Sasl, saslOf } from "./sasl.ts";
import { isReadFor } from "./sasl-rules.ts";
import { isVariable, type OwnSettings, type SettingNames, sharedSettings } from "./setting-names.ts";
import { knownSubject } from "./token-cache.ts";

/** Codes of what is wrong with the settings of a connection. */
export const connectionCodes = [...inputCodes, "CONNECTION_INCONSISTENT"] as const;

/** What is wrong with a setting of a connection. */
export type ConnectionProblem = Problem<(typeof connectionCodes)[number]>;

/** How to connect to a cluster, from the stack config that the provider uses too. Contains secrets. */
export type Connection = {
  /** Each `host:port`, once. */
  readonly bootstrapServers: readonly string[];
  /** Absent for plaintext. */
  readonly tls?: {
    /** PEM text, trusted in addition to the public roots. */
    readonly ca?: string;
    readonly rejectUnauthorized: boolean;
    readonly client?: ClientCertificate;
  };
  readonly sasl?: Sasl;
  /** For one request, in ms. */
  readonly timeoutMs: number;
  /** How messages name its settings; absent if all are keys of `kafka:`. */
  readonly settingNames?: SettingNames;
};

/** The keys whose values may be shown. Any other may contain a password, even a misspelt key. */
const shown = new Set([
  "bootstrapServers",
  "tlsEnabled",
  "skipTlsVerify",
  "saslMechanism",
  "saslAwsRegion",
  "saslAwsCredsDebug",
  "timeout",
  "kafkaVersion",
]);

const prefix = "kafka:";

/**
 * Reads the provider's namespace of a stack's config.
 * @param config all keys of the stack's config with their values as text, `kafka:bootstrapServers` among them
 * @param place the config's file, as problems name it: `Pulumi.dev.yaml`
 * @param own settings that are given in another way, for messages
 * @returns a connection, or all problems. No problem shows a password or a certificate.
 */
export function readConnection(
  config: Readonly<Record<string, string>>,
  place: string,
  environment: NodeJS.ProcessEnv = process.env,
  { namespace, names }: OwnSettings = sharedSettings,
): { connection: Connection } | { problems: ConnectionProblem[] } {
  const given: Record<string, string> = {};
  const sources = new Map([...names].map(([key, field]) => [key, sourceOf(field, place)]));
  const ownOr = (key: string, field: string) => sources.set(key, sourceOf(names.get(key) ?? field, place));
  const mechanism = config[`${prefix}saslMechanism`] ?? environment.KAFKA_SASL_MECHANISM;
  for (const [key, variables] of Object.entries(environmentNames)) {
    const variable = variables.find((each) => environment[each]);
    const value = variable && environment[variable];
    if (!value || !isReadFor(mechanism, key)) continue;
    given[key] = value;
    ownOr(key, variable);
  }
  for (const [field, value] of Object.entries(config)) {
    if (!field.startsWith(prefix)) continue;
    const key = field.slice(prefix.length);
    given[key] = value;
    ownOr(key, field);
  }
  const settingNames = namesOf(sources, namespace);
  const parsed = settings.safeParse(given, { reportInput: true });
  const invalid = parsed.success ? [] : problemsOf(parsed.error, place, ([key = ""]) => key);
  const isInvalid = (key: string) => invalid.some(({ field }) => field === key);
  const client = parsed.success ? clientOf(parsed.data) : undefined;
  const inconsistent = [
    ...findInconsistencies(given, settingNames),
    ...(client ? checkClientCertificate(client, settingNames) : []),
  ]
    .filter(([field]) => !isInvalid(field))
    .map(
      ([field, allowed]) =>
        ({ code: "CONNECTION_INCONSISTENT", place, field, given: given[field], allowed }) as const,
    );
  if (!parsed.success || inconsistent.length > 0) {
    return {
      problems: [...invalid, ...inconsistent].map((problem) => ({
        ...problem,
        given: showGiven(problem, given),
        ...(sources.get(problem.field) ?? { field: `${namespace}:${problem.field}` }),
      })),
    };
  }
  const { bootstrapServers, tlsEnabled, skipTlsVerify, caCert, timeout } = parsed.data;
  const sasl = saslOf(parsed.data);
  return {
    connection: {
      bootstrapServers: [...new Set(bootstrapServers)],
      timeoutMs: Number(timeout) * 1000,
      ...(tlsEnabled && {
        tls: {
          rejectUnauthorized: !skipTlsVerify,
          ...(caCert && { ca: caCert }),
          ...(client && { client }),
        },
      }),
      ...(sasl && { sasl }),
      ...((namespace !== "kafka" || Object.keys(settingNames.elsewhere).length > 0) && { settingNames }),
    },
  };
}

/** The settings whose values are PEM text or a path. */
const files = new Set(["caCert", "clientCert", "clientKey"]);

/** Returns the given value of a problem as it may be shown: the path of a file, but not what the file contains. */
function showGiven({ field, given }: ConnectionProblem, all: Readonly<Record<string, string>>): unknown {
  if (given === undefined || shown.has(field)) return given;
  const value = all[field];
  return value !== undefined && files.has(field) && isPath(value) ? value : "(not shown)";
}

function sourceOf(field: string, place: string): Pick<Problem, "place" | "field"> {
  return { place: isVariable(field) ? "environment" : place, field };
}

function namesOf(sources: ReadonlyMap<string, { readonly field: string }>, namespace: string): SettingNames {
  const elsewhere = [...sources].flatMap(([key, { field }]) =>
    field === `${namespace}:${key}` ? [] : [[key, field]],
  );
  return { namespace, elsewhere: Object.fromEntries(elsewhere) };
}

/** The client certificate, if TLS is on and it is complete. */
function clientOf({
  tlsEnabled,
  clientCert: cert,
  clientKey: key,
  clientKeyPassphrase: passphrase,
}: Settings): ClientCertificate | undefined {
  if (!tlsEnabled || cert === undefined || key === undefined) return undefined;
  return { cert, key, ...(passphrase !== undefined && { passphrase }) };
}

/**
 * The principal that the brokers see, unless they map names differently. For OAuth it is the subject of the access token;
 * until there is one, the client id.
 */
export function principalOf({ sasl, tls }: Pick<Connection, "sasl" | "tls">): string {
  if (!sasl) return tls?.client ? `User:${subjectOf(tls.client.cert)}` : "User:ANONYMOUS";
  switch (sasl.mechanism) {
    case "aws-iam":
      return "the IAM identity";
    case "oauthbearer":
      return `User:${knownSubject(sasl) ?? sasl.clientId}`;
    default:
      return `User:${sasl.username}`;
  }
}
