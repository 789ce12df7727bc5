import type { Connection } from "./connection.ts";
import { describeFailure, nameSettings } from "./describe-failure.ts";
import { ExaminedError, type FailedConnection, toFailedConnection } from "./failure.ts";
import type { SettingNames } from "./setting-names.ts";

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
