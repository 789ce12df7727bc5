import type { Connection } from "./connection.ts";

/** What was being done when an error came, for the words of its cause. */
export type Attempt = {
  /** The permission it takes: "WRITE on topic orders". */
  readonly permission?: string;
  /** Who needs the permission: "User:ada". */
  readonly principal?: string;
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
  const text = chain
    .map(({ name, code, type, message }) => [name, code, type, message].join(" "))
    .join(" | ");
  const evidence = (chain.at(-1)?.message ?? String(error)).replace(/\s+/g, " ").replace(/\.$/, "");
  const known = meanings.find(({ pattern }) => pattern.test(text));
  if (!known) return `${evidence}.`;
  return `${known.cause(attempt)} ("${evidence}"). ${known.next(attempt)}`;
}

type Meaning = {
  readonly pattern: RegExp;
  readonly cause: (attempt: Attempt) => string;
  readonly next: (attempt: Attempt) => string;
};

const meaning = (pattern: RegExp, cause: string, next: string): Meaning => ({
  pattern,
  cause: () => cause,
  next: () => next,
});

/** In the order in which they are tried: the particular before the general. */
const meanings: readonly Meaning[] = [
  // kafkajs tells a group that may not be joined, or not be seen, by the coordinator that it does not find.
  {
    pattern: /GROUP_AUTHORIZATION_FAILED|Failed to find group coordinator/,
    cause: ({ principal = "the principal" }) => `${principal} may not use the consumer group`,
    next: ({ permission }) =>
      `Grant it READ and DELETE on group prefix smoke-${permission ? `, and ${permission}` : ""}`,
  },
  {
    pattern: /(TOPIC|CLUSTER|TRANSACTIONAL_ID)_AUTHORIZATION_FAILED|not authorized/i,
    cause: ({ principal = "the principal" }) => `${principal} is not allowed to`,
    next: ({ permission = "the permission" }) => `Grant it ${permission}.`,
  },
  meaning(
    /MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE/,
    "the record is larger than the topic takes",
    "Raise max.message.bytes or shorten the topic's sample.",
  ),
  meaning(
    /NOT_ENOUGH_REPLICAS/,
    "fewer replicas are in sync than min.insync.replicas asks for",
    "Bring the missing brokers back.",
  ),
  meaning(
    /INVALID_RECORD|INVALID_TIMESTAMP|POLICY_VIOLATION|CORRUPT_MESSAGE/,
    "the broker refused the record",
    "Compare the topic's sample with what its configs and the brokers' policies allow.",
  ),
  meaning(
    /UNKNOWN_TOPIC_OR_PARTITION|does not host this topic/,
    "the topic or the partition is not on the cluster",
    "If it was deleted by hand, npm run pulumi -- refresh, then npm run up.",
  ),
  meaning(
    /LEADER_NOT_AVAILABLE|NOT_LEADER_FOR_PARTITION|no leader/i,
    "a partition has no leader",
    "Bring the brokers of its replicas back.",
  ),
  meaning(
    /compression not implemented|KafkaJSNotImplemented/,
    "the records are in a codec that this suite cannot read",
    "Tell its authors which: Kafka's own five are read.",
  ),
  meaning(/ECONNREFUSED/, "refused, nothing listens there", "Is the broker up, and the port right?"),
  meaning(/ENOTFOUND|EAI_AGAIN/, "the host name is not known", "Check the spelling and the DNS."),
  meaning(
    /SELF_SIGNED|self-signed|UNABLE_TO_VERIFY|unable to verify|UNABLE_TO_GET_ISSUER|unable to get/i,
    "its certificate is signed by a CA that is not trusted here",
    "Set kafka:caCert to that CA.",
  ),
  meaning(
    /CERT_HAS_EXPIRED|certificate has expired/,
    "its certificate has expired",
    "Renew it on the broker.",
  ),
  meaning(
    /ALTNAME_INVALID|altnames/,
    "its certificate is for another host name",
    "Use a name that the certificate has in kafka:bootstrapServers and the brokers' advertised listeners.",
  ),
  meaning(
    /EPROTO|WRONG_VERSION_NUMBER|wrong version number|before secure TLS/i,
    "it does not speak TLS",
    'Set kafka:tlsEnabled to "false", or use the TLS port.',
  ),
  meaning(
    /UNSUPPORTED_SASL_MECHANISM|mechanism/i,
    "it does not offer this SASL mechanism",
    "Set kafka:saslMechanism to one that it offers.",
  ),
  meaning(
    /SASL_?AUTHENTICATION|authentication failed|AUTHENTICATION/i,
    "it refused the user or the password",
    "Check kafka:saslUsername and kafka:saslPassword.",
  ),
  meaning(
    /Closed connection|ILLEGAL_SASL_STATE|ECONNRESET|socket hang up|Connection closed/i,
    "it closed the connection, as a broker does that expects TLS or SASL",
    "Compare kafka:tlsEnabled and kafka:saslMechanism with the broker's listener.",
  ),
  meaning(
    /time[d]? ?out|in time/i,
    "no answer in time",
    "Is the broker overloaded or stopped, and does the network let this machine reach it?",
  ),
];

/** No bootstrap server took the connection. The message has a line for each with its reason and what to do. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";

  /** @param reasons what each bootstrap server, `host:port`, answered */
  constructor(reasons: ReadonlyMap<string, unknown>) {
    const lines = [...reasons].map(([server, reason]) => `  ${server}: ${explain(reason)}`);
    super(["The cluster does not answer at kafka:bootstrapServers:", ...lines].join("\n"));
  }
}

/** Whether an error of kafkajs's may be gone the next time: a leader that moves, a connection that broke. */
export function isPassing(error: unknown): boolean {
  return [...causesOf(error)].some(({ retriable }) => retriable === true);
}

type Link = { name: string; code?: unknown; type?: unknown; retriable?: unknown; message: string };

function* causesOf(error: unknown): Generator<Link> {
  if (!(error instanceof Error)) return;
  yield error as Link;
  if (error instanceof AggregateError) for (const inner of error.errors) yield* causesOf(inner);
  yield* causesOf(error.cause);
}
