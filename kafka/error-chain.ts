/** What the errors of both clients and of Node may carry. */
export type ErrorLink = {
  name: string;
  message: string;
  code?: unknown;
  /** kafkajs's name of the protocol's error. */
  type?: unknown;
  /** The other client's. */
  apiId?: unknown;
  serverErrorMessage?: string | null;
  /** `host:port`. */
  broker?: unknown;
  retriable?: unknown;
};

/** An error with all that it wraps, the innermost last. */
export function* errorsIn(error: unknown): Generator<ErrorLink> {
  if (!(error instanceof Error)) return;
  yield error;
  if (error instanceof AggregateError) for (const inner of error.errors) yield* errorsIn(inner);
  yield* errorsIn(error.cause);
}

/** Whether an error may be gone the next time: a leader that moves, a connection that broke. */
export function isRetriable(error: unknown): boolean {
  return [...errorsIn(error)].some(({ retriable }) => retriable === true);
}

/** Whether a consumer group may not be used, as either client reports it. */
export function isGroupRefused(error: unknown): boolean {
  return [...errorsIn(error)].some(
    ({ name, type }) => type === "GROUP_AUTHORIZATION_FAILED" || name === "KafkaJSGroupCoordinatorNotFound",
  );
}

/** Whether a broker refused a record for its timestamp, which is this machine's time. */
export function isTimestampRefused(error: unknown): boolean {
  return [...errorsIn(error)].some(({ type }) => type === "INVALID_TIMESTAMP");
}

/** A connection that the broker closed after it had answered on it, which TLS and SASL settings do not explain. */
class ConnectionLostError extends Error {
  override readonly name = "ConnectionLostError";
  /** As kafkajs marks its own. */
  readonly retriable = true;
}

/**
 * Marks an error of a connection that had worked.
 * @returns the error itself where it is not about the connection's end
 */
export function markLostConnection(error: unknown): unknown {
  const lost = [...errorsIn(error)].find(
    ({ name, code }) => name === "KafkaJSConnectionClosedError" || /^(EPIPE|ECONNRESET)$/.test(String(code)),
  );
  return lost ? Object.assign(new ConnectionLostError(lost.message), { broker: lost.broker }) : error;
}
