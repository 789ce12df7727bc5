import { createRequire } from "node:module";
import { AuthenticationError, UserError } from "@platformatic/kafka";
import { expect, test } from "vitest";
import { TokenError } from "./access-token.ts";
import { NoTokenError, UnreachableError } from "./cluster-error.ts";
import type { Connection } from "./connection.ts";
import { explain } from "./describe-failure.ts";
import { isRetriable, markLostConnection } from "./error-chain.ts";

// kafkajs does not export all of the errors that it throws.
const require = createRequire(import.meta.url);
const { createErrorFromCode } = require("kafkajs/src/protocol/error.js");
const kafkajs = require("kafkajs/src/errors.js");

const attempt = {
  permission: "WRITE on topic orders",
  groupPermission: "READ on group prefix audit-",
  principal: "User:ada",
};
const network = (code: string, message = code) => Object.assign(new Error(message), { code });

const cases: [string, unknown, string][] = [
  ["topic not authorized", createErrorFromCode(29), "User:ada is not authorized for the topic"],
  ["topic not authorized: what to grant", createErrorFromCode(29), "Grant it WRITE on topic orders."],
  ["group not authorized", createErrorFromCode(30), "User:ada may not use the consumer group"],
  [
    "group not authorized: the permissions to grant",
    createErrorFromCode(30),
    "Grant it READ on group prefix audit-, and WRITE on topic orders.",
  ],
  [
    "group not authorized, as kafkajs reports it",
    new kafkajs.KafkaJSGroupCoordinatorNotFound("Failed to find group coordinator"),
    "no coordinator for the consumer group: User:ada may not use it, or __consumer_offsets has no leader",
  ],
  ["too large", createErrorFromCode(10), "the record is larger than the topic allows"],
  [
    "too few in-sync replicas",
    createErrorFromCode(19),
    "fewer replicas are in sync than min.insync.replicas",
  ],
  ["refused", createErrorFromCode(87), "the broker refused the record"],
  ["policy", createErrorFromCode(44), "the broker refused the record"],
  ["topic missing", createErrorFromCode(3), "is not on the cluster"],
  ["no leader", createErrorFromCode(5), "a partition has no leader"],
  [
    "codec",
    new kafkajs.KafkaJSNotImplemented("Snappy compression not implemented"),
    "the records use an unsupported codec",
  ],
  ["mechanism", createErrorFromCode(33), "it does not offer this SASL mechanism"],
  ["SASL to a listener without it", createErrorFromCode(34), "it does not use SASL"],
  [
    "wrong password, kafkajs",
    new kafkajs.KafkaJSSASLAuthenticationError(
      "Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-512",
    ),
    "it refused the user or the password",
  ],
  [
    "wrong password, the other client",
    new AuthenticationError("SASL authentication failed."),
    "it refused the user or the password",
  ],
  [
    "access token, refused by the server that issues it",
    new TokenError("TOKEN_REFUSED", "https://id.example.org/token: 401, invalid_client"),
    'the token endpoint refused the client ("https://id.example.org/token: 401, invalid_client")',
  ],
  [
    "access token, not renewed while a client authenticates again",
    new AuthenticationError("The SASL/OAUTHBEARER token provider threw an error.", {
      cause: new TokenError(
        "TOKEN_ENDPOINT_UNREACHABLE",
        "https://id.example.org/token: connect ECONNREFUSED",
      ),
    }),
    "the token endpoint does not answer",
  ],
  [
    "access token, refused by the broker",
    new TokenError("TOKEN_NOT_ACCEPTED", '{"status":"invalid_token"}'),
    "it does not accept the access token",
  ],
  [
    "unknown CA",
    network("UNABLE_TO_VERIFY_LEAF_SIGNATURE", "unable to verify the first certificate"),
    "a CA that is not trusted here",
  ],
  ["other host name", network("ERR_TLS_CERT_ALTNAME_INVALID"), "its certificate is for another host name"],
  ["TLS to a plaintext port", network("EPROTO", "wrong version number"), "it does not speak TLS"],
  [
    "TLS to a port that answers in plaintext, in OpenSSL's words",
    Object.assign(network("EPROTO", "error:0A00010B:SSL routines:wrong version number:../deps/a.c:77:"), {
      reason: "wrong version number",
    }),
    'it does not speak TLS ("wrong version number")',
  ],
  [
    "a program that is no broker",
    new Error("Received unexpected response with correlation_id=151587081"),
    "it does not answer as a Kafka broker does",
  ],
  [
    "TLS to a Kafka port without it",
    network("ECONNRESET", "Client network socket disconnected before secure TLS connection was established"),
    "it does not speak TLS",
  ],
  [
    "plaintext to a TLS port",
    new kafkajs.KafkaJSConnectionClosedError("Closed connection", { host: "a", port: 1 }),
    "expects TLS, a client certificate or SASL",
  ],
  ["other session timeouts", createErrorFromCode(26), "the broker refuses consumers with a session timeout"],
  [
    "plaintext to a TLS port that answers, the other client",
    new UserError("Broker requires TLS."),
    "it requires TLS",
  ],
  ["early certificate", network("CERT_NOT_YET_VALID", "certificate is not yet valid"), "is not valid yet"],
  [
    "old TLS",
    network("ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "tlsv1 alert protocol version"),
    "does not offer a TLS version",
  ],
  [
    "client certificate of another CA",
    network("ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", "tlsv1 alert unknown ca"),
    "it requires a client certificate that it trusts",
  ],
  ["no route", network("EHOSTUNREACH"), "the network has no route to it"],
  ["no network", network("ENETUNREACH"), "the network has no route to it"],
  ["refused", network("ECONNREFUSED"), "refused, nothing listens there"],
  ["unknown host", network("ENOTFOUND"), "the host name cannot be resolved"],
  ["timeout", new kafkajs.KafkaJSConnectionError("Connection timeout"), "no answer in time"],
];
for (const [title, error, said] of cases) {
  test(`Described: ${title}: ${said}`, () => {
    const words = explain(error, attempt);
    expect(words).toContain(said);
    expect(words).not.toContain("\n");
  });
}

test("A topic's name in a message is not taken for its cause", () => {
  const error = Object.assign(new Error("no acknowledgement from payments.authentication"), {
    name: "UnacknowledgedError",
  });
  expect(explain(error)).toContain("leader kept moving");
});

test("The address that kafkajs tried is part of the evidence", () => {
  const error = new kafkajs.KafkaJSConnectionError("Connection timeout", { broker: "10.0.0.1:9092" });
  expect(explain(error)).toContain('("10.0.0.1:9092: Connection timeout")');
});

test("Wrapped errors are found: kafkajs's retries, the other client's collected errors", () => {
  const retried = new kafkajs.KafkaJSNumberOfRetriesExceeded(createErrorFromCode(29), {
    retryCount: 5,
    retryTime: 1,
  });
  expect(explain(retried, attempt)).toContain("Grant it WRITE on topic orders.");
  expect(explain(new AggregateError([network("ECONNREFUSED")], "no broker"))).toContain(
    "nothing listens there",
  );
});

test("An unknown error is reported unchanged", () => {
  expect(explain(new Error("the moon is in the way."))).toBe("the moon is in the way.");
});

test("A connection that worked before is not explained by TLS or SASL", () => {
  const closed = new kafkajs.KafkaJSConnectionError("Connection error: write EPIPE", {
    broker: "10.0.0.1:9092",
    code: "EPIPE",
  });
  expect(explain(closed)).toContain("expects TLS, a client certificate or SASL");
  const lost = explain(markLostConnection(closed));
  expect(lost).toContain(
    'closed a connection that had worked ("10.0.0.1:9092: Connection error: write EPIPE")',
  );
  expect(lost).toContain("socket.request.max.bytes");
  const refused = network("ECONNREFUSED");
  expect(markLostConnection(refused)).toBe(refused);
});

test("A refused timestamp is explained by the clock, with the difference if it is known", () => {
  const refused = createErrorFromCode(32);
  expect(explain(refused)).toContain("message.timestamp.after.max.ms allows (");
  expect(explain(refused, { clockAheadMs: 7_383_000 })).toContain(
    "this machine's clock is 2 h 3 min ahead of",
  );
  expect(explain(refused, { clockAheadMs: -90_000 })).toContain("this machine's clock is 90 s behind the");
});

test("A moving leader is retriable, a missing permission is not", () => {
  expect(isRetriable(createErrorFromCode(6))).toBe(true);
  expect(isRetriable(createErrorFromCode(29))).toBe(false);
});

test("Each bootstrap server that does not answer is reported with its own reason and code", () => {
  const error = new UnreachableError(
    new Map([
      ["a:9092", network("ECONNREFUSED")],
      ["b:9092", network("ENOTFOUND")],
    ]),
  );
  expect(error.message).toMatch(
    /a:9092: refused.* \[CONNECTION_REFUSED]\n.*b:9092: the host name cannot be resolved.* \[HOST_UNKNOWN]$/,
  );
  expect(error.findings).toEqual([
    {
      code: "CLUSTER_UNREACHABLE",
      observed: [
        { code: "CONNECTION_REFUSED", server: "a:9092", observed: "ECONNREFUSED" },
        { code: "HOST_UNKNOWN", server: "b:9092", observed: "ENOTFOUND" },
      ],
      message: error.message,
    },
  ]);
});

test("A server that cannot be used for a reason without a code is reported with the original message", () => {
  const error = new UnreachableError(new Map([["a:9092", new Error("the moon is in the way")]]));
  expect(error.message).toContain(
    "a:9092: the moon is in the way. Check the broker's log. [CONNECTION_FAILED]",
  );
});

test("A missing access token is not reported as a server that does not answer", () => {
  const error = new NoTokenError(new TokenError("TOKEN_REFUSED", "401, invalid_client"));
  expect(error.message).toMatch(
    /^No access token for the brokers: .*"401, invalid_client".* \[TOKEN_REFUSED]$/,
  );
  expect(error.findings).toMatchObject([
    { code: "CLUSTER_UNREACHABLE", observed: [{ code: "TOKEN_REFUSED", observed: "401, invalid_client" }] },
  ]);
});

const settingNames = {
  namespace: "smoke",
  elsewhere: { bootstrapServers: "kafka:bootstrapServers", saslPassword: "KAFKA_SASL_PASSWORD" },
};

test("The next step names the keys and the variables that set the connection", () => {
  const wrongPassword = new AuthenticationError("SASL authentication failed.");
  expect(explain(wrongPassword, { settingNames })).toMatch(
    /Check smoke:saslUsername and KAFKA_SASL_PASSWORD\.$/,
  );
  const message =
    'it refused the user or the password ("SASL authentication failed"). Check smoke:saslUsername and ';
  expect(new UnreachableError(new Map([["a:9092", wrongPassword]]), { settingNames }).message).toBe(
    `No server in kafka:bootstrapServers answers:\n  a:9092: ${message}KAFKA_SASL_PASSWORD. [SASL_REFUSED]`,
  );
  expect(new NoTokenError(new TokenError("TOKEN_MISSING", "status 200"), settingNames).message).toMatch(
    /Check that smoke:saslTokenUrl is the token endpoint/,
  );
  expect(explain(new TokenError("AWS_CREDENTIALS_MISSING", "none"), { settingNames })).toMatch(
    /check the smoke:saslAws settings .* set smoke:saslAwsRoleArn to ""\.$/,
  );
});

test("A name in braces is not taken for a setting", () => {
  const groupPermission = "READ on group {saslPassword}";
  expect(explain(createErrorFromCode(30), { groupPermission, settingNames })).toContain(groupPermission);
});

test("A CA that is not trusted and a refused client are described by whether the stack sets a certificate", () => {
  const client = { cert: "c", key: "k" };
  const describe = (error: unknown, tls: NonNullable<Connection["tls"]>) =>
    new UnreachableError(new Map([["a:9093", error]]), { tls }).message;
  const stranger = network("UNABLE_TO_VERIFY_LEAF_SIGNATURE");
  const verified = { rejectUnauthorized: true };
  expect(describe(stranger, verified)).toMatch(
    /a CA that is not public, and kafka:caCert is not set .* Set kafka:caCert to/,
  );
  expect(describe(stranger, { ...verified, ca: "pem" })).toMatch(
    /neither public nor in kafka:caCert .* Replace kafka:caCert with that CA, or add that CA to it\./,
  );
  const refused = network("ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "tlsv13 alert certificate required");
  expect(describe(refused, verified)).toMatch(
    /requires a client certificate or other ciphers, and kafka:clientCert is not set .* Set kafka:clientCert and kafka:clientKey, /,
  );
  expect(describe(refused, { ...verified, client })).toMatch(
    /does not accept the certificate in kafka:clientCert, .* contains the CA of kafka:clientCert, /,
  );
});
