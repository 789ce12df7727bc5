/** The fields that errors of both clients and of Node may have. */
export type ErrorLink = {
  name: string;
  message: string;
  code?: unknown;
  /** The protocol's error name, in kafkajs. */
  type?: unknown;
  /** The protocol's error name, in the other client. */
  apiId?: unknown;
  serverErrorMessage?: string | null;
  /** OpenSSL's own words, without the place in its source. */
  reason?: unknown;
  /** `host:port`. */
  broker?: unknown;
  /** Whether the protocol calls the error retriable, in kafkajs. */
  retriable?: unknown;
  /** The same in the other client. */
  canRetry?: unknown;
};

/** Yields an error and all errors that it wraps, the innermost last. */
export function* errorsIn(error: unknown): Generator<ErrorLink> {
  if (!(error instanceof Error)) return;
  yield error;
  if (error instanceof AggregateError) for (const inner of error.errors) yield* errorsIn(inner);
  yield* errorsIn(error.cause);
}

/** Whether a retry may succeed: the protocol calls the error retriable, or a connection broke. */
export function isRetriable(error: unknown): boolean {
  return [...errorsIn(error)].some(({ retriable, canRetry }) => retriable === true || canRetry === true);
}

/** The names of errors in kafkajs that the protocol has renamed since. */
const renamed: Readonly<Record<string, string>> = {
  NOT_LEADER_FOR_PARTITION: "NOT_LEADER_OR_FOLLOWER",
  GROUP_LOAD_IN_PROGRESS: "COORDINATOR_LOAD_IN_PROGRESS",
  GROUP_COORDINATOR_NOT_AVAILABLE: "COORDINATOR_NOT_AVAILABLE",
  NOT_COORDINATOR_FOR_GROUP: "NOT_COORDINATOR",
};

/** The protocol's name of the error that a broker returned, if it is about one. */
export function protocolNameOf(error: unknown): string | undefined {
  const names = [...errorsIn(error)].map(({ apiId, type }) => apiId ?? type);
  const name = names.findLast((one) => typeof one === "string");
  return name && (renamed[name] ?? name);
}

/** Whether an error of either client means that the principal may not use the consumer group. */
export function isGroupRefused(error: unknown): boolean {
  const isNamed = [...errorsIn(error)].some(({ type, apiId }) =>
    [type, apiId].includes("GROUP_AUTHORIZATION_FAILED"),
  );
  return isNamed || isCoordinatorMissing(error);
}

/** Whether kafkajs found no coordinator of the consumer group, for whatever reason. */
export function isCoordinatorMissing(error: unknown): boolean {
  return [...errorsIn(error)].some(({ name }) => name === "KafkaJSGroupCoordinatorNotFound");
}

/** Whether a broker refused a record for its timestamp, which is from this machine's clock. */
export function isTimestampRefused(error: unknown): boolean {
  return [...errorsIn(error)].some(({ type }) => type === "INVALID_TIMESTAMP");
}

/** The broker closed a connection on which it had answered, so TLS and SASL settings are not the cause. */
export class ConnectionLostError extends Error {
  override readonly name = "ConnectionLostError";
  /** kafkajs marks its errors with the same field. */
  readonly retriable = true;
}

/**
 * Converts an error on a connection that had worked.
 * @returns a ConnectionLostError if the connection was closed, otherwise the error itself
 */
export function markLostConnection(error: unknown): unknown {
  const lost = [...errorsIn(error)].find(
    ({ name, code }) => name === "KafkaJSConnectionClosedError" || /^(EPIPE|ECONNRESET)$/.test(String(code)),
  );
  return lost ? Object.assign(new ConnectionLostError(lost.message), { broker: lost.broker }) : error;
}
