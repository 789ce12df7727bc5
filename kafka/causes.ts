import type { Connection } from "./connection.ts";

/** What was being done when an error came, for the words of its cause. */
export type Attempt = {
  /** The permission it takes: "WRITE on topic orders". */
  readonly permission?: string;
  /** Who needs the permission: "User:ada". */
  readonly principal?: string;
  /** How much this machine's clock is ahead of the cluster's, in ms, if that is known. */
  readonly clockAheadMs?: number | undefined;
};

/** The principal that the brokers see, as far as the connection tells it. */
export function principalOf({ sasl }: Connection): string {
  return sasl ? `User:${sasl.username}` : "User:ANONYMOUS";
}

/**
 * An error of either Kafka client in words: cause, evidence, next step, in one line.
 * @param error as thrown; the causes and the errors that it collects count too
 */
export function explain(error: unknown, attempt: Attempt = {}): string {
  const chain = [...causesOf(error)];
  const innermost = chain.at(-1);
  if (!innermost) return `${String(error)}.`;
  const codes = chain.flatMap(({ type, apiId, code, name }) => [type, apiId, code, name]).join(" ");
  const words = chain.map(({ message }) => message).join(" | ");
  // A message may hold anything, a topic's name too: what the clients mark by a code comes first.
  const known =
    meanings.find((meaning) => meaning.codes?.test(codes)) ??
    meanings.find((meaning) => meaning.words?.test(words));
  const broker = chain.find((link) => link.broker)?.broker;
  const message = (innermost.serverErrorMessage || innermost.message).replace(/\s+/g, " ").replace(/\.$/, "");
  const evidence = broker ? `${broker}: ${message}` : message;
  return known ? `${known.cause(attempt)} ("${evidence}"). ${known.next(attempt)}` : `${evidence}.`;
}

type Meaning = {
  /** Of the clients' own marks: the protocol's error, Node's code, the class's name. */
  readonly codes?: RegExp;
  /** Of what has no mark. */
  readonly words?: RegExp;
  readonly cause: (attempt: Attempt) => string;
  readonly next: (attempt: Attempt) => string;
};

const meaning = (patterns: { codes?: RegExp; words?: RegExp }, cause: string, next: string): Meaning => ({
  ...patterns,
  cause: () => cause,
  next: () => next,
});

/** In the order in which they are tried: the particular before the general. */
const meanings: readonly Meaning[] = [
  {
    codes: /GROUP_AUTHORIZATION_FAILED/,
    cause: ({ principal = "the principal" }) => `${principal} may not use the consumer group`,
    next: ({ permission }) =>
      `Grant it READ and DELETE on group prefix smoke-${permission ? `, and ${permission}` : ""}.`,
  },
  {
    // kafkajs tells a group that may not be seen by the coordinator that it does not find.
    codes: /GroupCoordinatorNotFound/,
    words: /Failed to find group coordinator/,
    cause: ({ principal = "the principal" }) =>
      `no coordinator for the consumer group: ${principal} may not use it, or none leads`,
    next: () =>
      "Grant READ and DELETE on group prefix smoke-, and see npm run topics for __consumer_offsets.",
  },
  {
    codes: /TOPIC_AUTHORIZATION_FAILED/,
    cause: ({ principal = "the principal" }) => `${principal} is not allowed to`,
    next: ({ permission = "the permission" }) => `Grant it ${permission}.`,
  },
  {
    codes: /CLUSTER_AUTHORIZATION_FAILED/,
    cause: ({ principal = "the principal" }) => `${principal} may not do this on the cluster`,
    next: () => "Grant it the cluster permission that the brokers' log names.",
  },
  meaning(
    { codes: /MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE/ },
    "the record is larger than the topic takes",
    "Raise max.message.bytes or shorten the topic's sample.",
  ),
  meaning(
    { codes: /NOT_ENOUGH_REPLICAS/ },
    "fewer replicas are in sync than min.insync.replicas asks for",
    "Bring the missing brokers back.",
  ),
  {
    codes: /INVALID_TIMESTAMP/,
    cause: ({ clockAheadMs }) =>
      "the record's timestamp differs from the broker's clock by more than message.timestamp.before.max.ms or " +
      `message.timestamp.after.max.ms allows${describeClock(clockAheadMs)}`,
    next: () => "Correct the clock of this machine or of the broker, or raise that config.",
  },
  meaning(
    { codes: /INVALID_RECORD|POLICY_VIOLATION|CORRUPT_MESSAGE/ },
    "the broker refused the record",
    "Compare the topic's sample with what its configs and the brokers' policies allow.",
  ),
  meaning(
    { codes: /UNKNOWN_TOPIC_OR_PARTITION/ },
    "the topic or the partition is not on the cluster",
    "If it was deleted by hand, npm run pulumi -- refresh, then npm run up.",
  ),
  meaning(
    { codes: /LEADER_NOT_AVAILABLE/ },
    "a partition has no leader",
    "Bring the brokers of its replicas back.",
  ),
  meaning(
    { codes: /NOT_LEADER|FENCED_LEADER_EPOCH|UnacknowledgedError/ },
    "a partition's leader went on moving",
    "Are brokers being restarted? Run it again when they are done.",
  ),
  meaning({ codes: /InterruptedError/ }, "the run was interrupted", "Run it again."),
  meaning(
    { codes: /ThrottledError/ },
    "the brokers throttle this client: a quota, producer_byte_rate or request_percentage",
    "Raise the quota, or give the run more time with --timeout.",
  ),
  meaning(
    { codes: /ConnectionLostError/ },
    "the broker closed a connection that had worked",
    "See its log: it may be stopping, or the request may be larger than its socket.request.max.bytes.",
  ),
  meaning(
    { codes: /KafkaJSNotImplemented/ },
    "the records are in a codec that this suite cannot read",
    "Tell its authors which: Kafka's own five are read.",
  ),
  meaning(
    { codes: /ECONNREFUSED/ },
    "refused, nothing listens there",
    "Is the broker up, and the port right?",
  ),
  meaning({ codes: /ENOTFOUND|EAI_AGAIN/ }, "the host name is not known", "Check the spelling and the DNS."),
  meaning(
    {
      codes: /SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/,
      words: /self-signed certificate|unable to verify the first certificate|unable to get (local )?issuer/,
    },
    "its certificate is signed by a CA that is not trusted here",
    "Set kafka:caCert to that CA.",
  ),
  meaning(
    { codes: /CERT_HAS_EXPIRED/, words: /certificate has expired/ },
    "its certificate has expired",
    "Renew it on the broker.",
  ),
  meaning(
    { codes: /ALTNAME_INVALID/, words: /certificate's altnames/ },
    "its certificate is for another host name",
    "Use a name that the certificate has in kafka:bootstrapServers and the brokers' advertised listeners.",
  ),
  meaning(
    { words: /wrong version number|packet length too long|before secure TLS connection/ },
    "it does not speak TLS",
    'Set kafka:tlsEnabled to "false", or use the TLS port.',
  ),
  meaning(
    { words: /certificate required|alert handshake failure|bad certificate/ },
    "it wants a client certificate or other ciphers",
    "Compare its ssl.client.auth and ssl.enabled.protocols with the stack's kafka: config.",
  ),
  meaning(
    { codes: /ILLEGAL_SASL_STATE/, words: /current SASL state/ },
    "it does not use SASL",
    "Remove kafka:saslUsername and kafka:saslPassword, or use the SASL port.",
  ),
  meaning(
    {
      codes: /UNSUPPORTED_SASL_MECHANISM/,
      words: /mechanism is not (supported|enabled)|suitable SASL mechanism/,
    },
    "it does not offer this SASL mechanism",
    "Set kafka:saslMechanism to one that it offers.",
  ),
  meaning(
    { codes: /SASL_AUTHENTICATION_FAILED|SASLAuthenticationError|PLT_KFK_AUTHENTICATION/ },
    "it refused the user or the password",
    "Check kafka:saslUsername and kafka:saslPassword.",
  ),
  meaning(
    {
      codes: /OutOfTimeError|TIMED_?OUT|TimeoutError|PLT_KFK_TIMEOUT/,
      words: /timed? ?out|Connection timeout/i,
    },
    "no answer in time",
    "Is the broker overloaded or stopped, and does the network let this machine reach it and its advertised listener?",
  ),
  meaning(
    {
      codes: /ConnectionClosedError/,
      words: /Connection closed|socket hang up|ECONNRESET|EPIPE/,
    },
    "it closed the connection, as a broker does that expects TLS or SASL",
    "Compare kafka:tlsEnabled and kafka:saslMechanism with the broker's listener.",
  ),
];

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

/** Whether a broker refused a record for its timestamp, which is this machine's time. */
export function isAboutClock(error: unknown): boolean {
  return [...causesOf(error)].some(({ type }) => type === "INVALID_TIMESTAMP");
}

/** A connection that the broker closed after it had answered on it, which TLS and SASL settings do not explain. */
class ConnectionLostError extends Error {
  override readonly name = "ConnectionLostError";
  /** As kafkajs marks its own. */
  readonly retriable = true;
}

/**
 * An error of a connection that had worked.
 * @returns the error itself where it is not about the connection's end
 */
export function asLostConnection(error: unknown): unknown {
  const lost = [...causesOf(error)].find(
    ({ name, code }) => name === "KafkaJSConnectionClosedError" || /^(EPIPE|ECONNRESET)$/.test(String(code)),
  );
  return lost ? Object.assign(new ConnectionLostError(lost.message), { broker: lost.broker }) : error;
}

/** `; this machine's clock is 2 h 3 min ahead`, rounded; empty where it is not known. */
function describeClock(aheadMs: number | undefined): string {
  if (aheadMs === undefined) return "";
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const long = `${hours > 0 ? `${hours} h ` : ""}${minutes} min`;
  return `; this machine's clock is ${seconds < 120 ? `${seconds} s` : long} ${aheadMs < 0 ? "behind" : "ahead of"} the cluster's`;
}

/** Whether an error of kafkajs's may be gone the next time: a leader that moves, a connection that broke. */
export function isPassing(error: unknown): boolean {
  return [...causesOf(error)].some(({ retriable }) => retriable === true);
}

/** What the errors of both clients and of Node may carry. */
type Link = {
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
export function* causesOf(error: unknown): Generator<Link> {
  if (!(error instanceof Error)) return;
  yield error as Link;
  if (error instanceof AggregateError) for (const inner of error.errors) yield* causesOf(inner);
  yield* causesOf(error.cause);
}
