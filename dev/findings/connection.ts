import { describeConnections, type UnreachableCluster } from "../../kafka/cluster-error.ts";
import type { ConnectionFailureCode } from "../../kafka/failure.ts";
import type { CodeEntry, FindingsSection } from "./section.ts";

const server = "broker-1.example.com:9093";

/** A finding of several commands. */
export const unreachable: UnreachableCluster = {
  code: "CLUSTER_UNREACHABLE",
  observed: [{ code: "CONNECTION_REFUSED", server, observed: "connect ECONNREFUSED 10.0.0.1:9093" }],
};

const entry = (
  code: ConnectionFailureCode,
  observed: string,
  meaning: string,
  own: { readonly hasOwn?: boolean } = {},
): CodeEntry => ({
  meaning,
  message: describeConnections({ observed: [{ code, server, observed, ...own }] }).join(),
});

const codes = {
  RESPONSE_INVALID: entry(
    "RESPONSE_INVALID",
    'it announces a response of 1213486160 bytes, with the text "HTTP/1.1 400 Bad Request"',
    "Another program than a Kafka broker listens at the address, or the response is larger than 100 MiB.",
  ),
  CONNECTION_REFUSED: entry(
    "CONNECTION_REFUSED",
    "connect ECONNREFUSED 10.0.0.1:9093",
    "No process listens at the address.",
  ),
  HOST_UNKNOWN: entry(
    "HOST_UNKNOWN",
    "getaddrinfo ENOTFOUND broker-1.example.com",
    "The host name has no address.",
  ),
  ADDRESS_UNREACHABLE: entry(
    "ADDRESS_UNREACHABLE",
    "connect EHOSTUNREACH 10.0.0.1:9093",
    "The network has no route to the address.",
  ),
  TLS_CA_UNTRUSTED: entry(
    "TLS_CA_UNTRUSTED",
    "CN=broker-1, issued by CN=Shop CA: UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "The certificate was issued neither by a public CA nor by the CA in kafka:caCert.",
    { hasOwn: true },
  ),
  TLS_CERTIFICATE_EXPIRED: entry(
    "TLS_CERTIFICATE_EXPIRED",
    "CN=broker-1: valid until 2026-01-31T09:30:00.000Z",
    "A certificate of the chain has expired.",
  ),
  TLS_CERTIFICATE_NOT_YET_VALID: entry(
    "TLS_CERTIFICATE_NOT_YET_VALID",
    "CN=broker-1: valid from 2026-01-31T09:30:00.000Z",
    "A certificate of the chain is not valid yet, or this machine's clock is behind.",
  ),
  TLS_HOST_MISMATCH: entry(
    "TLS_HOST_MISMATCH",
    "broker-1.example.com is not among: DNS:broker-1.internal",
    "The certificate is for other host names.",
  ),
  TLS_NOT_SPOKEN: entry(
    "TLS_NOT_SPOKEN",
    "Client network socket disconnected before secure TLS connection was established",
    "The stack uses TLS, but the server does not.",
  ),
  TLS_REQUIRED: entry(
    "TLS_REQUIRED",
    "it presents a certificate of CN=broker-1",
    "The server uses TLS, but the stack does not.",
  ),
  TLS_VERSION_UNSUPPORTED: entry(
    "TLS_VERSION_UNSUPPORTED",
    "tlsv1 alert protocol version",
    "The server offers only old versions of TLS.",
  ),
  TLS_CLIENT_REFUSED: entry(
    "TLS_CLIENT_REFUSED",
    "tlsv13 alert certificate required",
    "The server does not accept the client's certificate, or requires one.",
    { hasOwn: false },
  ),
  SASL_REQUIRED: entry(
    "SASL_REQUIRED",
    "it offers SCRAM-SHA-512, PLAIN",
    "The server requires SASL, but the stack does not use it.",
  ),
  SASL_NOT_USED: entry(
    "SASL_NOT_USED",
    "it offers no mechanism",
    "The stack uses SASL, but the server does not.",
  ),
  SASL_MECHANISM_UNSUPPORTED: entry(
    "SASL_MECHANISM_UNSUPPORTED",
    "it offers PLAIN",
    "The server does not offer the stack's SASL mechanism.",
  ),
  SASL_REFUSED: entry(
    "SASL_REFUSED",
    "Authentication failed",
    "The server does not accept the user or the password.",
  ),
  TOKEN_ENDPOINT_UNREACHABLE: entry(
    "TOKEN_ENDPOINT_UNREACHABLE",
    "https://login.example.com/token: connect ECONNREFUSED 10.0.0.2:443",
    "The token endpoint in `kafka:saslTokenUrl` does not answer.",
  ),
  TOKEN_REFUSED: entry(
    "TOKEN_REFUSED",
    "https://login.example.com/token: 401, invalid_client",
    "The token endpoint does not accept the client's credentials or scopes.",
  ),
  TOKEN_MISSING: entry(
    "TOKEN_MISSING",
    "https://login.example.com/token: HTTP status 200, text/html",
    "The token endpoint returns no access token.",
  ),
  TOKEN_NOT_ACCEPTED: entry(
    "TOKEN_NOT_ACCEPTED",
    '{"status":"invalid_token"}',
    "The server does not accept the access token.",
  ),
  AWS_CREDENTIALS_MISSING: entry(
    "AWS_CREDENTIALS_MISSING",
    "Could not load credentials from any providers",
    "The AWS SDK finds no valid credentials.",
  ),
  TIMED_OUT: entry("TIMED_OUT", "connect: no answer in 5 s", "The server does not answer."),
  CONNECTION_CLOSED: entry(
    "CONNECTION_CLOSED",
    "Connection closed",
    "The server closed the connection, and the command found no reason.",
  ),
} satisfies Record<ConnectionFailureCode, CodeEntry>;

/** Why a command cannot use a server. */
export const connectionSection: FindingsSection = {
  title: "Connection",
  intro:
    "If a command cannot use a server, its message about this server ends with one of these codes, or with `CONNECTION_FAILED` " +
    "for a reason that has no code. `npm run doctor` reports them as findings of its steps. The JSON of the other commands has " +
    "the finding `CLUSTER_UNREACHABLE`, with a code, the server and the original message for each server in `observed`: in " +
    "`errors` or `warnings` of review and drift, and for a command that could not run as the only error, without results.",
  codes,
};
