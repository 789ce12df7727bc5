import type { Connection } from "./connection.ts";
import {
  type ConnectionFailureCode,
  classifyFailure,
  ExaminedError,
  type FailedConnection,
  type Failure,
  type FailureCode,
  toFailedConnection,
} from "./failure.ts";
import { isVariable, kafkaNames, nameSetting, type SettingNames } from "./setting-names.ts";

/** The operation that failed, for the description of its cause. */
export type Attempt = {
  /** The permission it needs: "WRITE on topic orders". */
  readonly permission?: string;
  /** The permission that its consumer group needs: "READ on group prefix audit-". */
  readonly groupPermission?: string;
  /** Who needs the permission: "User:ada". */
  readonly principal?: string;
  /** How far this machine's clock is ahead of the cluster's, in ms, if that is known. */
  readonly clockAheadMs?: number | undefined;
  /** How to name the settings of the connection; absent if all are keys of `kafka:`. */
  readonly settingNames?: SettingNames | undefined;
  /** As in `FailedConnection`. */
  readonly hasOwn?: boolean | undefined;
};

/** Describes an error of either Kafka client in one line: cause, evidence, next step. */
export function explain(error: unknown, attempt?: Attempt): string {
  return describeFailure(classifyFailure(error), attempt);
}

/** Describes a failure in one line: cause, evidence, next step. */
export function describeFailure({ code, evidence }: Failure, attempt: Attempt = {}): string {
  if (!code) return `${evidence}.`;
  const [cause, next] = describe(code, attempt);
  return `${cause} ("${evidence}"). ${next}`;
}

/** Replaces each `{saslPassword}` with the name of that setting, and `{namespace}` with that of the connection's own keys. */
export function nameSettings(template: string, names: SettingNames = kafkaNames): string {
  return template.replace(/\{(\w+)\}/g, (_, key: string) =>
    key === "namespace" ? names.namespace : nameSetting(names, key),
  );
}

/** `broker-1:9092: why [CODE]` */
export function describeFailureAt(place: string, failure: Failure, settingNames?: SettingNames): string {
  return `${place}: ${describeFailure(failure, { settingNames })}${failure.code ? ` [${failure.code}]` : ""}`;
}

/** Cause and next step of failures that depend only on their code; `{caCert}` stands for the name of this setting. */
const wording = {
  COORDINATOR_MISSING: undefined,
  GROUP_NOT_AUTHORIZED: undefined,
  TOPIC_NOT_AUTHORIZED: undefined,
  CLUSTER_NOT_AUTHORIZED: undefined,
  TIMESTAMP_REFUSED: undefined,
  RECORD_TOO_LARGE: [
    "the record is larger than the topic allows",
    "Raise max.message.bytes or shorten the topic's sample.",
  ],
  NOT_ENOUGH_REPLICAS: [
    "fewer replicas are in sync than min.insync.replicas requires",
    "Start the missing brokers.",
  ],
  RECORD_REFUSED: [
    "the broker refused the record",
    "Check the topic's sample against its configs and the brokers' policies.",
  ],
  TOPIC_UNKNOWN: [
    "the topic or the partition is not on the cluster",
    "If it was deleted by hand, deploy it again.",
  ],
  LEADER_NOT_AVAILABLE: ["a partition has no leader", "Start the brokers of its replicas."],
  LEADER_MOVED: [
    "a partition's leader kept moving",
    "If brokers are restarting, wait until they are up, then run it again.",
  ],
  SESSION_TIMEOUT_REFUSED: [
    "the broker refuses consumers with a session timeout of 6 s and of 45 s",
    "Change its group.min.session.timeout.ms or group.max.session.timeout.ms to allow 6 s or 45 s.",
  ],
  INTERRUPTED: ["the run was interrupted", "Run it again."],
  THROTTLED: [
    "the brokers throttle this client with a quota, producer_byte_rate or request_percentage",
    "Raise the quota, or allow more time.",
  ],
  CONNECTION_LOST: [
    "the broker closed a connection that had worked",
    "Check its log: it may be stopping, or the request may be larger than its socket.request.max.bytes.",
  ],
  CODEC_UNKNOWN: [
    "the records use an unsupported codec",
    "Report the codec: gzip, snappy, lz4 and zstd are supported.",
  ],
  RESPONSE_INVALID: [
    "it does not answer as a Kafka broker does, or with more than 100 MiB",
    "Check which program listens at this address and port.",
  ],
  CONNECTION_REFUSED: [
    "refused, nothing listens there",
    "Check that the broker is up and the port is correct.",
  ],
  HOST_UNKNOWN: ["the host name cannot be resolved", "Check the spelling and DNS."],
  ADDRESS_UNREACHABLE: [
    "the network has no route to it",
    "Check the VPN or tunnel, the firewall and the network of this machine.",
  ],
  TLS_CA_UNTRUSTED: [
    "its certificate is signed by a CA that is not trusted here",
    "Set {caCert} to that CA.",
  ],
  TLS_CERTIFICATE_EXPIRED: ["its certificate has expired", "Renew it on the broker."],
  TLS_CERTIFICATE_NOT_YET_VALID: [
    "its certificate is not valid yet",
    "Check the clock of this machine, then the certificate on the broker.",
  ],
  TLS_HOST_MISMATCH: [
    "its certificate is for another host name",
    "In {bootstrapServers} and the brokers' advertised listeners, use a name from the certificate.",
  ],
  TLS_NOT_SPOKEN: ["it does not speak TLS", 'Set {tlsEnabled} to "false", or use the TLS port.'],
  TLS_REQUIRED: ["it requires TLS", 'Set {tlsEnabled} to "true", or use the plaintext port.'],
  TLS_VERSION_UNSUPPORTED: [
    "it does not offer a TLS version that this machine accepts",
    "Add TLSv1.2 or TLSv1.3 to its ssl.enabled.protocols.",
  ],
  TLS_CLIENT_REFUSED: [
    "it requires a client certificate that it trusts, or other ciphers",
    "Check its ssl.client.auth, ssl.truststore and ssl.enabled.protocols against {clientCert} and {clientKey}.",
  ],
  SASL_REQUIRED: [
    "it requires SASL, but the stack does not use it",
    "Set {saslMechanism}, {saslUsername} and {saslPassword}.",
  ],
  SASL_NOT_USED: ["it does not use SASL", "Remove {saslUsername} and {saslPassword}, or use the SASL port."],
  SASL_MECHANISM_UNSUPPORTED: [
    "it does not offer this SASL mechanism",
    "Set {saslMechanism} to one that it offers.",
  ],
  SASL_REFUSED: ["it refused the user or the password", "Check {saslUsername} and {saslPassword}."],
  TOKEN_ENDPOINT_UNREACHABLE: [
    "the token endpoint does not answer",
    "Check {saslTokenUrl}, and that this machine can reach it, if necessary through the proxy in HTTPS_PROXY.",
  ],
  TOKEN_REFUSED: [
    "the token endpoint refused the client",
    "Check {saslUsername}, {saslPassword} and {saslOauthScopes}.",
  ],
  TOKEN_MISSING: [
    "the answer of the token endpoint contains no access token",
    "Check that {saslTokenUrl} is the token endpoint of the authorization server.",
  ],
  TOKEN_NOT_ACCEPTED: [
    "it does not accept the access token",
    "With oauthbearer, check that the broker expects the token's issuer and audience; with aws-iam, that the identity has " +
      "kafka-cluster:Connect on the cluster.",
  ],
  AWS_CREDENTIALS_MISSING: [
    "there are no valid AWS credentials",
    "Log in to AWS, or check the {namespace}:saslAws settings and the AWS_ variables. To use the role of the EKS pod in which " +
      'this command runs, set {namespace}:saslAwsRoleArn to "".',
  ],
  TIMED_OUT: [
    "no answer in time",
    "Check that the broker is up and not overloaded, and that this machine can reach it and its advertised listener.",
  ],
  CONNECTION_CLOSED: [
    "it closed the connection, which brokers do if the listener expects TLS, a client certificate or SASL",
    "Check {tlsEnabled}, {clientCert} and {saslMechanism} against the broker's listener.",
  ],
} as const satisfies Record<FailureCode, readonly [cause: string, next: string] | undefined>;

/** Cause and next step if it is known whether the connection has a CA or a client certificate of its own. */
const certificateWording = {
  TLS_CA_UNTRUSTED: {
    own: [
      "its certificate is signed by a CA that is neither public nor in {caCert}",
      "Replace {caCert} by that CA, or add that CA to it.",
    ],
    none: [
      "its certificate is signed by a CA that is not public, and {caCert} is not set",
      "Set {caCert} to that CA.",
    ],
  },
  TLS_CLIENT_REFUSED: {
    own: [
      "it does not accept the certificate in {clientCert}, or requires other ciphers",
      "Check that its ssl.truststore contains the CA of {clientCert}, and check its ssl.enabled.protocols.",
    ],
    none: [
      "it requires a client certificate, and {clientCert} is not set, or it requires other ciphers",
      "Set {clientCert} and {clientKey}, or use a port whose ssl.client.auth does not require a certificate.",
    ],
  },
} as const;

/** The secrets that may have to be set after a failure. */
const secretsToSet: Partial<Record<ConnectionFailureCode, string>> = {
  SASL_REQUIRED: "saslPassword",
  SASL_REFUSED: "saslPassword",
  TOKEN_REFUSED: "saslPassword",
  TLS_CLIENT_REFUSED: "clientKey",
};

/** Returns the secret keys of a stack's config that may have to be set after failures, each once. */
export function findSecretsToSet(
  failed: readonly { readonly code: string }[],
  settingNames: SettingNames = kafkaNames,
): string[] {
  const keys = new Map<string, string | undefined>(Object.entries(secretsToSet));
  const named = failed
    .flatMap(({ code }) => keys.get(code) ?? [])
    .map((key) => nameSetting(settingNames, key));
  return [...new Set(named)].filter((name) => !isVariable(name));
}

function describe(code: FailureCode, attempt: Attempt): readonly [cause: string, next: string] {
  const {
    permission,
    groupPermission = "the permission",
    principal = "the principal",
    clockAheadMs,
    settingNames,
    hasOwn,
  } = attempt;
  if (hasOwn !== undefined && (code === "TLS_CA_UNTRUSTED" || code === "TLS_CLIENT_REFUSED")) {
    const [cause, next] = certificateWording[code][hasOwn ? "own" : "none"];
    return [nameSettings(cause, settingNames), nameSettings(next, settingNames)];
  }
  switch (code) {
    case "GROUP_NOT_AUTHORIZED":
      return [
        `${principal} may not use the consumer group`,
        `Grant it ${groupPermission}${permission ? `, and ${permission}` : ""}.`,
      ];
    case "COORDINATOR_MISSING":
      return [
        `no coordinator for the consumer group: ${principal} may not use it, or __consumer_offsets has no leader`,
        `Grant it ${groupPermission}, and check that __consumer_offsets has leaders.`,
      ];
    case "TOPIC_NOT_AUTHORIZED":
      return [`${principal} is not authorized for the topic`, `Grant it ${permission ?? "the permission"}.`];
    case "CLUSTER_NOT_AUTHORIZED":
      return [
        `${principal} is not authorized for this operation on the cluster`,
        "Grant it the cluster permission that the broker logs name.",
      ];
    case "TIMESTAMP_REFUSED":
      return [
        "the record's timestamp differs from the broker's clock by more than message.timestamp.before.max.ms or " +
          `message.timestamp.after.max.ms allows${clockAheadMs === undefined ? "" : `; ${describeClock(clockAheadMs)}`}`,
        "Correct the clock of this machine or of the broker, or raise that config.",
      ];
    default: {
      const [cause, next] = wording[code];
      return [cause, nameSettings(next, settingNames)];
    }
  }
}

/** `this machine's clock is 2 h 3 min ahead of the cluster's`, rounded. */
export function describeClock(aheadMs: number): string {
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const long = `${hours > 0 ? `${hours} h ` : ""}${minutes} min`;
  return `this machine's clock is ${seconds < 120 ? `${seconds} s` : long} ${aheadMs < 0 ? "behind" : "ahead of"} the cluster's`;
}

/** Describes a failed connection in one line: server, cause, evidence, next step. */
export function describeConnection(
  { code, server, observed, hasOwn }: FailedConnection,
  settingNames: SettingNames | undefined,
): string {
  const why =
    code === "CONNECTION_FAILED"
      ? `${observed}. Check the broker's log.`
      : describeFailure({ code, evidence: observed }, { settingNames, hasOwn });
  return server === undefined ? why : `${server}: ${why}`;
}

/** The finding that no broker of a cluster could be asked. */
export type UnreachableCluster = {
  readonly code: "CLUSTER_UNREACHABLE";
  /** The reason for each server that was asked; without a server, why there is no access token. */
  readonly observed: readonly FailedConnection[];
  /** How to name the settings of the connection; absent if all are keys of `kafka:`. */
  readonly settingNames?: SettingNames | undefined;
};

/** Describes why a cluster is unreachable, in a line for each server. */
export function describeUnreachableCluster(finding: UnreachableCluster): string {
  const lines = describeConnections(finding);
  if (finding.observed.some(({ server }) => server === undefined))
    return `No access token for the brokers: ${lines.join("; ")}`;
  const intro = nameSettings("No server in {bootstrapServers} answers:", finding.settingNames);
  return [intro, ...lines].join("\n  ");
}

/** Describes each failed connection, with its code. */
export function describeConnections({
  observed,
  settingNames,
}: Pick<UnreachableCluster, "observed" | "settingNames">): string[] {
  return observed.map((failed) => `${describeConnection(failed, settingNames)} [${failed.code}]`);
}

/** No broker of a cluster could be asked. The message has each reason and what to do. */
export class ClusterError extends Error {
  readonly finding: UnreachableCluster;

  constructor(
    observed: readonly FailedConnection[],
    settingNames: SettingNames | undefined,
    options?: ErrorOptions,
  ) {
    const finding = { code: "CLUSTER_UNREACHABLE", observed, ...(settingNames && { settingNames }) } as const;
    super(describeUnreachableCluster(finding), options);
    this.finding = finding;
  }

  /** The finding with its message, for JSON. */
  get findings(): readonly unknown[] {
    return [{ ...this.finding, message: this.message }];
  }
}

/** Adds to a failed connection whether the connection has the certificate that the failure is about. */
export function withOwn(failed: FailedConnection, { tls }: Pick<Connection, "tls">): FailedConnection {
  if (failed.code === "TLS_CA_UNTRUSTED") return { ...failed, hasOwn: tls?.ca !== undefined };
  if (failed.code === "TLS_CLIENT_REFUSED") return { ...failed, hasOwn: tls?.client !== undefined };
  return failed;
}

/** No bootstrap server answered. */
export class UnreachableError extends ClusterError {
  override readonly name = "UnreachableError";
  /** kafkajs marks its errors with the same field; the cluster may be restarting. */
  readonly retriable = true;

  /** @param reasons the error of each bootstrap server, `host:port` */
  constructor(
    reasons: ReadonlyMap<string, unknown>,
    connection: Pick<Connection, "tls" | "settingNames"> | undefined = undefined,
  ) {
    super(
      [...reasons]
        .flatMap(([server, reason]) =>
          reason instanceof ExaminedError ? reason.problems : [toFailedConnection(reason, server)],
        )
        .map((failed) => (connection ? withOwn(failed, connection) : failed)),
      connection?.settingNames,
    );
  }
}

/** There is no access token, so no broker was contacted. */
export class NoTokenError extends ClusterError {
  override readonly name = "NoTokenError";

  /** @param reason a TokenError */
  constructor(reason: unknown, settingNames?: SettingNames) {
    super([toFailedConnection(reason)], settingNames, { cause: reason });
  }
}

/**
 * Returns the failed connections that an error is about.
 * @param server that was asked, `host:port`, unless the error names others
 */
export function toFailedConnections(error: unknown, server?: string): readonly FailedConnection[] {
  return error instanceof ClusterError ? error.finding.observed : [toFailedConnection(error, server)];
}
