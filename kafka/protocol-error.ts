import { ProtocolError, protocolErrorsCodesById } from "@platformatic/kafka";

/** The code of `UNKNOWN_SERVER_ERROR`, for codes that the client does not know. */
const unknownError = -1;

/** Converts an error code of a response, marked like the errors of kafkajs if a retry may succeed. */
export function toProtocolError(errorCode: number): ProtocolError {
  const error = new ProtocolError(errorCode in protocolErrorsCodesById ? errorCode : unknownError);
  return Object.assign(error, { retriable: error.canRetry && !isChecksumRefused(error) });
}

/** Whether a leader rejected a batch for its wrong checksum. */
export function isChecksumRefused(error: unknown): boolean {
  return error instanceof ProtocolError && error.apiId === "CORRUPT_MESSAGE";
}
