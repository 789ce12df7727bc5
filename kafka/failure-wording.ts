import type { FailureCode } from "./failure.ts";

/** Cause and next step of failures that depend only on their code; `{caCert}` stands for the name of this setting. */
export const wording = {
  COORDINATOR_MISSING: undefined,
  GROUP_NOT_AUTHORIZED: undefined,
  TOPIC_NOT_AUTHORIZED: undefined,
  CLUSTER_NOT_AUTHORIZED: undefined,
  TIMESTAMP_REFUSED: undefined,
  RECORD_TOO_LARGE: [
    "the record is larger than the topic allows",
    "Raise max.message.bytes, or shorten the topic's sample if the suite sends one.",
  ],
  NOT_ENOUGH_REPLICAS: [
    "fewer replicas are in sync than min.insync.replicas requires",
    "Start the missing brokers.",
  ],
  RECORD_REFUSED: [
    "the broker refused the record",
    "Check the topic's sample against its configs and the brokers' policies.",
  ],
  TOPIC_UNKNOWN: [
    "the topic or the partition is not on the cluster",
    "If it was deleted by hand, deploy it again.",
  ],
  LEADER_NOT_AVAILABLE: ["a partition has no leader", "Start the brokers of its replicas."],
  LEADER_MOVED: [
    "a partition's leader kept moving",
    "If brokers are restarting, wait until they are up, then run it again.",
  ],
  SESSION_TIMEOUT_REFUSED: [
    "the broker refuses consumers with a session timeout of 6 s and of 45 s",
    "Change its group.min.session.timeout.ms or group.max.session.timeout.ms to allow 6 s or 45 s.",
  ],
  INTERRUPTED: ["the run was interrupted", "Run it again."],
  THROTTLED: [
    "the brokers throttle this client with a quota, producer_byte_rate or request_percentage",
    "Raise the quota, or allow more time.",
  ],
  READ_THROTTLED: [
    "not read in time, as the brokers throttle this client",
    "Raise the quota consumer_byte_rate, or give the run more time with --timeout.",
  ],
  CONNECTION_LOST: [
    "the broker closed a connection that had worked",
    "Check its log: it may be stopping, or the request may be larger than its socket.request.max.bytes.",
  ],
  CODEC_UNKNOWN: [
    "the records use an unsupported codec",
    "Report the codec: gzip, snappy, lz4 and zstd are supported.",
  ],
  RESPONSE_INVALID: [
    "it does not answer as a Kafka broker does, or with more than 100 MiB",
    "Check which program listens at this address and port.",
  ],
  CONNECTION_REFUSED: [
    "refused, nothing listens there",
    "Check that the broker is up and the port is correct.",
  ],
  HOST_UNKNOWN: ["the host name cannot be resolved", "Check the spelling and DNS."],
  ADDRESS_UNREACHABLE: [
    "the network has no route to it",
    "Check the VPN or tunnel, the firewall and the network of this machine.",
  ],
  TLS_CA_UNTRUSTED: [
    "its certificate is signed by a CA that is not trusted here",
    "Set {caCert} to that CA.",
  ],
  TLS_CERTIFICATE_EXPIRED: ["its certificate has expired", "Renew it on the broker."],
  TLS_CERTIFICATE_NOT_YET_VALID: [
    "its certificate is not valid yet",
    "Check the clock of this machine, then the certificate on the broker.",
  ],
  TLS_HOST_MISMATCH: [
    "its certificate is for another host name",
    "In {bootstrapServers} and the brokers' advertised listeners, use a name from the certificate.",
  ],
  TLS_NOT_SPOKEN: ["it does not speak TLS", 'Set {tlsEnabled} to "false", or use the TLS port.'],
  TLS_REQUIRED: ["it requires TLS", 'Set {tlsEnabled} to "true", or use the plaintext port.'],
  TLS_VERSION_UNSUPPORTED: [
    "it does not offer a TLS version that this machine accepts",
    "Add TLSv1.2 or TLSv1.3 to its ssl.enabled.protocols.",
  ],
  TLS_CLIENT_REFUSED: [
    "it requires a client certificate that it trusts, or other ciphers",
    "Check its ssl.client.auth, ssl.truststore and ssl.enabled.protocols against {clientCert} and {clientKey}.",
  ],
  SASL_REQUIRED: [
    "it requires SASL, but the stack does not use it",
    "Set {saslMechanism}, {saslUsername} and {saslPassword}.",
  ],
  SASL_NOT_USED: ["it does not use SASL", "Remove {saslUsername} and {saslPassword}, or use the SASL port."],
  SASL_MECHANISM_UNSUPPORTED: [
    "it does not offer this SASL mechanism",
    "Set {saslMechanism} to one that it offers.",
  ],
  SASL_REFUSED: ["it refused the user or the password", "Check {saslUsername} and {saslPassword}."],
  TOKEN_ENDPOINT_UNREACHABLE: [
    "the token endpoint does not answer",
    "Check {saslTokenUrl}, and that this machine can reach it, if necessary through the proxy in HTTPS_PROXY.",
  ],
  TOKEN_REFUSED: [
    "the token endpoint refused the client",
    "Check {saslUsername}, {saslPassword} and {saslOauthScopes}.",
  ],
  TOKEN_MISSING: [
    "the answer of the token endpoint contains no access token",
    "Check that {saslTokenUrl} is the token endpoint of the authorization server.",
  ],
  TOKEN_NOT_ACCEPTED: [
    "it does not accept the access token",
    "With oauthbearer, check that the broker expects the token's issuer and audience; with aws-iam, that the identity has " +
      "kafka-cluster:Connect on the cluster.",
  ],
  AWS_CREDENTIALS_MISSING: [
    "there are no valid AWS credentials",
    "Log in to AWS, or check the {namespace}:saslAws settings and the AWS_ variables. To use the role of the EKS pod in which " +
      'this command runs, set {namespace}:saslAwsRoleArn to "".',
  ],
  TIMED_OUT: [
    "no answer in time",
    "Check that the broker is up and not overloaded, and that this machine can reach it and its advertised listener.",
  ],
  CONNECTION_CLOSED: [
    "it closed the connection, which brokers do if the listener expects TLS, a client certificate or SASL",
    "Check {tlsEnabled}, {clientCert} and {saslMechanism} against the broker's listener.",
  ],
} as const satisfies Record<FailureCode, readonly [cause: string, next: string] | undefined>;

/** Cause and next step if it is known whether the connection has a CA or a client certificate of its own. */
export const certificateWording = {
  TLS_CA_UNTRUSTED: {
    own: [
      "its certificate is signed by a CA that is neither public nor in {caCert}",
      "Replace {caCert} with that CA, or add that CA to it.",
    ],
    none: [
      "its certificate is signed by a CA that is not public, and {caCert} is not set",
      "Set {caCert} to that CA.",
    ],
  },
  TLS_CLIENT_REFUSED: {
    own: [
      "it does not accept the certificate in {clientCert}, or requires other ciphers",
      "Check that its ssl.truststore contains the CA of {clientCert}, and check its ssl.enabled.protocols.",
    ],
    none: [
      "it requires a client certificate or other ciphers, and {clientCert} is not set",
      "Set {clientCert} and {clientKey}, or use a port whose ssl.client.auth does not require a certificate.",
    ],
  },
} as const;
