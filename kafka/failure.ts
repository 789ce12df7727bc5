import { restoreAddresses } from "./address.ts";
import { errorsIn } from "./error-chain.ts";

/** The marks that identify a failure. */
type Marks = {
  readonly code: string;
  /** Match the error's identifiers: the protocol's error name, Node's code or the class name. */
  readonly codes?: RegExp;
  /** Match messages of Node and of the clients that have no code. */
  readonly messages?: RegExp;
};

/** Failures of requests, the specific before the general. */
const requestFailures = [
  { code: "GROUP_NOT_AUTHORIZED", codes: /GROUP_AUTHORIZATION_FAILED/ },
  // kafkajs reports a missing permission on the group as a missing coordinator.
  {
    code: "COORDINATOR_MISSING",
    codes: /GroupCoordinatorNotFound/,
    messages: /Failed to find group coordinator/,
  },
  { code: "TOPIC_NOT_AUTHORIZED", codes: /TOPIC_AUTHORIZATION_FAILED/ },
  { code: "CLUSTER_NOT_AUTHORIZED", codes: /CLUSTER_AUTHORIZATION_FAILED/ },
  { code: "RECORD_TOO_LARGE", codes: /MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE/ },
  { code: "NOT_ENOUGH_REPLICAS", codes: /NOT_ENOUGH_REPLICAS/ },
  { code: "TIMESTAMP_REFUSED", codes: /INVALID_TIMESTAMP/ },
  { code: "RECORD_REFUSED", codes: /INVALID_RECORD|POLICY_VIOLATION|CORRUPT_MESSAGE/ },
  { code: "TOPIC_UNKNOWN", codes: /UNKNOWN_TOPIC_OR_PARTITION/ },
  { code: "LEADER_NOT_AVAILABLE", codes: /LEADER_NOT_AVAILABLE/ },
  { code: "LEADER_MOVED", codes: /NOT_LEADER|FENCED_LEADER_EPOCH|UnacknowledgedError/ },
  { code: "SESSION_TIMEOUT_REFUSED", codes: /INVALID_SESSION_TIMEOUT/ },
  { code: "INTERRUPTED", codes: /InterruptedError/ },
  { code: "THROTTLED", codes: /ThrottledError/ },
  { code: "READ_THROTTLED", codes: /READ_THROTTLED/ },
  { code: "CONNECTION_LOST", codes: /ConnectionLostError/ },
  { code: "CODEC_UNKNOWN", codes: /KafkaJSNotImplemented/ },
] as const satisfies readonly Marks[];

/** Failures of connections, the specific before the general. */
const connectionFailures = [
  { code: "TOKEN_ENDPOINT_UNREACHABLE", codes: /TOKEN_ENDPOINT_UNREACHABLE/ },
  { code: "TOKEN_REFUSED", codes: /TOKEN_REFUSED/ },
  { code: "TOKEN_MISSING", codes: /TOKEN_MISSING/ },
  { code: "TOKEN_NOT_ACCEPTED", codes: /TOKEN_NOT_ACCEPTED/ },
  { code: "AWS_CREDENTIALS_MISSING", codes: /AWS_CREDENTIALS_MISSING/ },
  {
    code: "RESPONSE_INVALID",
    codes: /RESPONSE_INVALID/,
    messages: /unexpected response with correlation_id/,
  },
  { code: "CONNECTION_REFUSED", codes: /ECONNREFUSED/ },
  { code: "HOST_UNKNOWN", codes: /ENOTFOUND|EAI_AGAIN/ },
  { code: "ADDRESS_UNREACHABLE", codes: /(HOST|NET)(UNREACH|DOWN)/ },
  {
    code: "TLS_CA_UNTRUSTED",
    codes: /SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/,
    messages: /self-signed certificate|unable to verify the first certificate|unable to get (local )?issuer/,
  },
  { code: "TLS_CERTIFICATE_EXPIRED", codes: /CERT_HAS_EXPIRED/, messages: /certificate has expired/ },
  {
    code: "TLS_CERTIFICATE_NOT_YET_VALID",
    codes: /CERT_NOT_YET_VALID/,
    messages: /certificate is not yet valid/,
  },
  { code: "TLS_HOST_MISMATCH", codes: /ALTNAME_INVALID/, messages: /certificate's altnames/ },
  {
    code: "TLS_NOT_SPOKEN",
    messages: /wrong version number|packet length too long|before secure TLS connection/,
  },
  { code: "TLS_REQUIRED", messages: /requires TLS/ },
  { code: "TLS_VERSION_UNSUPPORTED", codes: /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/ },
  {
    code: "TLS_CLIENT_REFUSED",
    messages:
      /certificate required|alert handshake failure|bad certificate|alert unknown ca|certificate unknown/,
  },
  { code: "SASL_REQUIRED", codes: /SASL_REQUIRED/ },
  { code: "SASL_NOT_USED", codes: /ILLEGAL_SASL_STATE/, messages: /current SASL state/ },
  {
    code: "SASL_MECHANISM_UNSUPPORTED",
    codes: /UNSUPPORTED_SASL_MECHANISM/,
    messages: /mechanism is not (supported|enabled)|suitable SASL mechanism/,
  },
  {
    code: "SASL_REFUSED",
    codes: /SASL_AUTHENTICATION_FAILED|SASLAuthenticationError|PLT_KFK_AUTHENTICATION/,
  },
  {
    code: "TIMED_OUT",
    codes: /OutOfTimeError|TIMED_?OUT|TimeoutError|PLT_KFK_TIMEOUT/,
    messages: /timed? ?out|Connection timeout/i,
  },
  {
    code: "CONNECTION_CLOSED",
    codes: /ConnectionClosedError/,
    messages: /Connection closed|socket hang up|ECONNRESET|EPIPE/,
  },
] as const satisfies readonly Marks[];

const failures = [...requestFailures, ...connectionFailures];

/** Every code of a failed connection. */
export const connectionFailureCodes = connectionFailures.map(({ code }) => code);

/** Why a connection failed. */
export type ConnectionFailureCode = (typeof connectionFailures)[number]["code"];

/** Why a connection or a request failed. */
export type FailureCode = (typeof failures)[number]["code"];

/** A connection that fails, as all commands report it. */
export type FailedConnection = {
  /** `CONNECTION_FAILED` for a reason that has no code. */
  readonly code: ConnectionFailureCode | "CONNECTION_FAILED";
  /** `host:port`; absent if no server was asked, because there is no access token. */
  readonly server?: string;
  /** The original message. */
  readonly observed: string;
  /** For a certificate that is not trusted, whether the connection has a CA or a client certificate of its own. */
  readonly hasOwn?: boolean;
};

/**
 * Returns the failed connection that an error of either Kafka client or of Node is about.
 * @param asked the server that was asked, unless the error names another
 */
export function toFailedConnection(error: unknown, asked?: string): FailedConnection {
  const { code: found, evidence: observed, server = asked } = classifyFailure(error);
  const code = connectionFailureCodes.find((one) => one === found) ?? "CONNECTION_FAILED";
  return { code, ...(server !== undefined && { server }), observed };
}

/** What a server shows of why it does not accept a connection. */
export type ServerProblem = { readonly code: ConnectionFailureCode; readonly evidence: string };

/** Why a server does not accept a connection, found out after the connection had failed. */
export class ExaminedError extends Error {
  override readonly name = "ExaminedError";
  readonly problems: readonly FailedConnection[];

  constructor(problems: readonly FailedConnection[], cause: unknown) {
    super("the server does not accept the connection", { cause });
    this.problems = problems;
  }
}

/** A failure, with the original message. */
export type Failure = {
  /** Absent if the error is unknown. */
  readonly code?: FailureCode | undefined;
  /** The broker that the error names, `host:port`. */
  readonly server?: string;
  /** `broker-1:9092: Connection timeout`. */
  readonly evidence: string;
};

/**
 * Classifies an error of either Kafka client or of Node.
 * @param error as thrown; the errors that it wraps or collects are included
 */
export function classifyFailure(error: unknown): Failure {
  const chain = [...errorsIn(error)];
  const innermost = chain.at(-1);
  if (!innermost) return { evidence: String(error) };
  const codes = chain.flatMap(({ type, apiId, code, name }) => [type, apiId, code, name]).join(" ");
  const messages = chain.map(({ message }) => message).join(" | ");
  const find = (isMet: (marks: Marks) => boolean | undefined) => failures.find(isMet)?.code;
  // A message may contain anything, even a topic's name, so codes are matched first.
  const code = find((marks) => marks.codes?.test(codes)) ?? find((marks) => marks.messages?.test(messages));
  const broker = chain.find((link) => link.broker)?.broker;
  const server = broker ? restoreAddresses(String(broker)) : undefined;
  const { serverErrorMessage, reason } = innermost;
  const said = serverErrorMessage || (typeof reason === "string" && reason) || innermost.message;
  const message = said.replace(/\s+/g, " ").replace(/\.$/, "");
  const evidence = restoreAddresses(message);
  return server === undefined ? { code, evidence } : { code, server, evidence: `${server}: ${evidence}` };
}
