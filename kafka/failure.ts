import { errorsIn } from "./error-chain.ts";

/** Marks by which a failure is known. */
type Marks = {
  /** Of the clients' own: the protocol's error, Node's code, the class's name. */
  readonly codes?: RegExp;
  /** Of messages of Node and of the clients that carry no code. */
  readonly messages?: RegExp;
};

/** Failures to reach a cluster or to be served by it, the particular before the general. */
const marks = {
  GROUP_NOT_AUTHORIZED: { codes: /GROUP_AUTHORIZATION_FAILED/ },
  // kafkajs reports a group that may not be seen as one without a coordinator.
  COORDINATOR_MISSING: {
    codes: /GroupCoordinatorNotFound/,
    messages: /Failed to find group coordinator/,
  },
  TOPIC_NOT_AUTHORIZED: { codes: /TOPIC_AUTHORIZATION_FAILED/ },
  CLUSTER_NOT_AUTHORIZED: { codes: /CLUSTER_AUTHORIZATION_FAILED/ },
  RECORD_TOO_LARGE: { codes: /MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE/ },
  NOT_ENOUGH_REPLICAS: { codes: /NOT_ENOUGH_REPLICAS/ },
  TIMESTAMP_REFUSED: { codes: /INVALID_TIMESTAMP/ },
  RECORD_REFUSED: { codes: /INVALID_RECORD|POLICY_VIOLATION|CORRUPT_MESSAGE/ },
  TOPIC_UNKNOWN: { codes: /UNKNOWN_TOPIC_OR_PARTITION/ },
  LEADER_NOT_AVAILABLE: { codes: /LEADER_NOT_AVAILABLE/ },
  LEADER_MOVED: { codes: /NOT_LEADER|FENCED_LEADER_EPOCH|UnacknowledgedError/ },
  INTERRUPTED: { codes: /InterruptedError/ },
  THROTTLED: { codes: /ThrottledError/ },
  CONNECTION_LOST: { codes: /ConnectionLostError/ },
  CODEC_UNKNOWN: { codes: /KafkaJSNotImplemented/ },
  CONNECTION_REFUSED: { codes: /ECONNREFUSED/ },
  HOST_UNKNOWN: { codes: /ENOTFOUND|EAI_AGAIN/ },
  TLS_CA_UNTRUSTED: {
    codes: /SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/,
    messages: /self-signed certificate|unable to verify the first certificate|unable to get (local )?issuer/,
  },
  TLS_CERTIFICATE_EXPIRED: { codes: /CERT_HAS_EXPIRED/, messages: /certificate has expired/ },
  TLS_HOST_MISMATCH: { codes: /ALTNAME_INVALID/, messages: /certificate's altnames/ },
  TLS_NOT_SPOKEN: {
    messages: /wrong version number|packet length too long|before secure TLS connection/,
  },
  TLS_CLIENT_REFUSED: { messages: /certificate required|alert handshake failure|bad certificate/ },
  SASL_NOT_USED: { codes: /ILLEGAL_SASL_STATE/, messages: /current SASL state/ },
  SASL_MECHANISM_UNSUPPORTED: {
    codes: /UNSUPPORTED_SASL_MECHANISM/,
    messages: /mechanism is not (supported|enabled)|suitable SASL mechanism/,
  },
  SASL_REFUSED: { codes: /SASL_AUTHENTICATION_FAILED|SASLAuthenticationError|PLT_KFK_AUTHENTICATION/ },
  TIMED_OUT: {
    codes: /OutOfTimeError|TIMED_?OUT|TimeoutError|PLT_KFK_TIMEOUT/,
    messages: /timed? ?out|Connection timeout/i,
  },
  CONNECTION_CLOSED: {
    codes: /ConnectionClosedError/,
    messages: /Connection closed|socket hang up|ECONNRESET|EPIPE/,
  },
} as const satisfies Record<string, Marks>;

/** Why a cluster was not reached, or did not do what it was asked. */
export type FailureCode = keyof typeof marks;

/** A failure, with the message of whoever reported it. */
export type Failure = {
  /** Absent where nobody knows the error. */
  readonly code?: FailureCode | undefined;
  /** `broker-1:9092: Connection timeout`. */
  readonly evidence: string;
};

/** Every code of `Failure`. */
export const failureCodes = Object.keys(marks).filter(isCode);

function isCode(name: string): name is FailureCode {
  return name in marks;
}

/**
 * Finds out what an error of either Kafka client, or of Node, is about.
 * @param error as thrown; the errors that it wraps or collects count too
 */
export function classifyFailure(error: unknown): Failure {
  const chain = [...errorsIn(error)];
  const innermost = chain.at(-1);
  if (!innermost) return { evidence: String(error) };
  const codes = chain.flatMap(({ type, apiId, code, name }) => [type, apiId, code, name]).join(" ");
  const messages = chain.map(({ message }) => message).join(" | ");
  const find = (isMet: (own: Marks) => boolean | undefined) =>
    failureCodes.find((code) => isMet(marks[code]));
  // A message may hold anything, a topic's name too: what the clients mark by a code comes first.
  const code = find((own) => own.codes?.test(codes)) ?? find((own) => own.messages?.test(messages));
  const broker = chain.find((link) => link.broker)?.broker;
  const message = (innermost.serverErrorMessage || innermost.message).replace(/\s+/g, " ").replace(/\.$/, "");
  return { code, evidence: broker ? `${broker}: ${message}` : message };
}
