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
  retriable?: unknown;
};

/** Yields an error and all errors that it wraps, the innermost last. */
export function* errorsIn(error: unknown): Generator<ErrorLink> {
  if (!(error instanceof Error)) return;
  yield error;
  if (error instanceof AggregateError) for (const inner of error.errors) yield* errorsIn(inner);
  yield* errorsIn(error.cause);
}

/** Whether a retry may succeed: a leader is moving, or a connection broke. */
export function isRetriable(error: unknown): boolean {
  return [...errorsIn(error)].some(({ retriable }) => retriable === true);
}

/** Whether an error of either client means that the principal may not use the consumer group. */
export function isGroupRefused(error: unknown): boolean {
  return [...errorsIn(error)].some(
    ({ name, type, apiId }) =>
      [type, apiId].includes("GROUP_AUTHORIZATION_FAILED") || name === "KafkaJSGroupCoordinatorNotFound",
  );
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
