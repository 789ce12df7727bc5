import { ProtocolError, protocolErrors, protocolErrorsCodesById } from "@platformatic/kafka";

/** The code of an answer that leaves out a partition. */
export const unknownError = -1;

const checksumRefused = "CORRUPT_MESSAGE";

/**
 * Converts an error code of a response. A wrong checksum is the one error that the protocol calls retriable, although the same
 * batch is refused again.
 */
export function toProtocolError(errorCode: number): ProtocolError {
  const name = protocolErrorsCodesById[errorCode] ?? "UNKNOWN_SERVER_ERROR";
  const canRetry = protocolErrors[name]?.canRetry === true && name !== checksumRefused;
  return new ProtocolError(name, null, { canRetry });
}

/** Whether a leader rejected a batch for its wrong checksum. */
export function isChecksumRefused(error: unknown): boolean {
  return error instanceof ProtocolError && error.apiId === checksumRefused;
}
