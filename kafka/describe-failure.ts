import { classifyFailure, type FailureCode } from "./failure.ts";

/** What was being done when an error came, for the words of its cause. */
export type Attempt = {
  /** The permission it takes: "WRITE on topic orders". */
  readonly permission?: string;
  /** What using its consumer group takes: "READ on group prefix audit-". */
  readonly groupPermission?: string;
  /** Who needs the permission: "User:ada". */
  readonly principal?: string;
  /** How much this machine's clock is ahead of the cluster's, in ms, if that is known. */
  readonly clockAheadMs?: number | undefined;
};

/** Words an error of either Kafka client: cause, evidence, next step, in one line. */
export function explain(error: unknown, attempt: Attempt = {}): string {
  const { code, evidence } = classifyFailure(error);
  if (!code) return `${evidence}.`;
  const [cause, next] = describe(code, attempt);
  return `${cause} ("${evidence}"). ${next}`;
}

/** Cause and next step of failures that need no more than their code. */
const wording = {
  COORDINATOR_MISSING: undefined,
  GROUP_NOT_AUTHORIZED: undefined,
  TOPIC_NOT_AUTHORIZED: undefined,
  CLUSTER_NOT_AUTHORIZED: undefined,
  TIMESTAMP_REFUSED: undefined,
  RECORD_TOO_LARGE: [
    "the record is larger than the topic takes",
    "Raise max.message.bytes or shorten the topic's sample.",
  ],
  NOT_ENOUGH_REPLICAS: [
    "fewer replicas are in sync than min.insync.replicas asks for",
    "Start the missing brokers.",
  ],
  RECORD_REFUSED: [
    "the broker refused the record",
    "Compare the topic's sample with what its configs and the brokers' policies allow.",
  ],
  TOPIC_UNKNOWN: [
    "the topic or the partition is not on the cluster",
    "If it was deleted by hand, deploy it again.",
  ],
  LEADER_NOT_AVAILABLE: ["a partition has no leader", "Start the brokers of its replicas."],
  LEADER_MOVED: [
    "a partition's leader went on moving",
    "Are brokers being restarted? Run it again when they are done.",
  ],
  INTERRUPTED: ["the run was interrupted", "Run it again."],
  THROTTLED: [
    "the brokers throttle this client: a quota, producer_byte_rate or request_percentage",
    "Raise the quota, or allow more time.",
  ],
  CONNECTION_LOST: [
    "the broker closed a connection that had worked",
    "See its log: it may be stopping, or the request may be larger than its socket.request.max.bytes.",
  ],
  CODEC_UNKNOWN: [
    "the records are in a codec that cannot be read here",
    "Report which: Kafka's own five are read.",
  ],
  CONNECTION_REFUSED: ["refused, nothing listens there", "Is the broker up, and the port right?"],
  HOST_UNKNOWN: ["the host name is not known", "Check the spelling and the DNS."],
  TLS_CA_UNTRUSTED: [
    "its certificate is signed by a CA that is not trusted here",
    "Set kafka:caCert to that CA.",
  ],
  TLS_CERTIFICATE_EXPIRED: ["its certificate has expired", "Renew it on the broker."],
  TLS_HOST_MISMATCH: [
    "its certificate is for another host name",
    "Use a name that the certificate has in kafka:bootstrapServers and the brokers' advertised listeners.",
  ],
  TLS_NOT_SPOKEN: ["it does not speak TLS", 'Set kafka:tlsEnabled to "false", or use the TLS port.'],
  TLS_CLIENT_REFUSED: [
    "it wants a client certificate or other ciphers",
    "Compare its ssl.client.auth and ssl.enabled.protocols with the stack's kafka: config.",
  ],
  SASL_NOT_USED: [
    "it does not use SASL",
    "Remove kafka:saslUsername and kafka:saslPassword, or use the SASL port.",
  ],
  SASL_MECHANISM_UNSUPPORTED: [
    "it does not offer this SASL mechanism",
    "Set kafka:saslMechanism to one that it offers.",
  ],
  SASL_REFUSED: ["it refused the user or the password", "Check kafka:saslUsername and kafka:saslPassword."],
  TIMED_OUT: [
    "no answer in time",
    "Is the broker overloaded or stopped, and does the network let this machine reach it and its advertised listener?",
  ],
  CONNECTION_CLOSED: [
    "it closed the connection, as a broker does that expects TLS or SASL",
    "Compare kafka:tlsEnabled and kafka:saslMechanism with the broker's listener.",
  ],
} as const satisfies Record<FailureCode, readonly [cause: string, next: string] | undefined>;

function describe(code: FailureCode, attempt: Attempt): readonly [cause: string, next: string] {
  const {
    permission,
    groupPermission = "the permission",
    principal = "the principal",
    clockAheadMs,
  } = attempt;
  switch (code) {
    case "GROUP_NOT_AUTHORIZED":
      return [
        `${principal} may not use the consumer group`,
        `Grant it ${groupPermission}${permission ? `, and ${permission}` : ""}.`,
      ];
    case "COORDINATOR_MISSING":
      return [
        `no coordinator for the consumer group: ${principal} may not use it, or none leads`,
        `Grant it ${groupPermission}, and check that __consumer_offsets has leaders.`,
      ];
    case "TOPIC_NOT_AUTHORIZED":
      return [`${principal} is not allowed to`, `Grant it ${permission ?? "the permission"}.`];
    case "CLUSTER_NOT_AUTHORIZED":
      return [
        `${principal} may not do this on the cluster`,
        "Grant it the cluster permission that the brokers' log names.",
      ];
    case "TIMESTAMP_REFUSED":
      return [
        "the record's timestamp differs from the broker's clock by more than message.timestamp.before.max.ms or " +
          `message.timestamp.after.max.ms allows${describeClock(clockAheadMs)}`,
        "Correct the clock of this machine or of the broker, or raise that config.",
      ];
    default:
      return wording[code];
  }
}

/** `; this machine's clock is 2 h 3 min ahead`, rounded; empty where it is not known. */
function describeClock(aheadMs: number | undefined): string {
  if (aheadMs === undefined) return "";
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const long = `${hours > 0 ? `${hours} h ` : ""}${minutes} min`;
  return `; this machine's clock is ${seconds < 120 ? `${seconds} s` : long} ${aheadMs < 0 ? "behind" : "ahead of"} the cluster's`;
}

/** No bootstrap server took the connection. The message has a line for each with its reason and what to do. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
  /** As kafkajs marks its own: a cluster may be restarting. */
  readonly retriable = true;
  /** `host:port: why`, for each bootstrap server. */
  readonly reasons: readonly string[];

  /** @param reasons what each bootstrap server, `host:port`, answered */
  constructor(reasons: ReadonlyMap<string, unknown>) {
    const lines = [...reasons].map(([server, reason]) => `${server}: ${explain(reason)}`);
    const message = ["The cluster does not answer at kafka:bootstrapServers:", ...lines].join("\n  ");
    super(message);
    this.reasons = lines;
  }
}
