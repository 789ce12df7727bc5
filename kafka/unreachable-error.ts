/** No bootstrap server took the connection. The message has a line for each with its reason and what to do. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";

  /** @param reasons what each bootstrap server, `host:port`, answered */
  constructor(reasons: ReadonlyMap<string, unknown>) {
    const lines = [...reasons].map(([server, reason]) => `  ${server}: ${describeReason(reason)}`);
    super(["The cluster does not answer at kafka:bootstrapServers:", ...lines].join("\n"));
  }
}

/** What a failed connection means, in words, from the innermost cause that says something. */
function describeReason(reason: unknown): string {
  const text = [...causes(reason)].map(({ code, message }) => `${code ?? ""} ${message}`).join(" | ");
  const known = meanings.find(([pattern]) => pattern.test(text));
  return known?.[1] ?? [...causes(reason)].at(-1)?.message ?? String(reason);
}

const meanings: readonly [RegExp, string][] = [
  [/ECONNREFUSED/, "refused, nothing listens there. Is the broker up, and the port right?"],
  [/ENOTFOUND|EAI_AGAIN/, "the host name is not known. Check the spelling and the DNS."],
  [
    /SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/,
    "its certificate is signed by a CA not trusted here. Set kafka:caCert.",
  ],
  [/CERT_HAS_EXPIRED/, "its certificate has expired."],
  [/ALTNAME_INVALID/, "its certificate is for another host name. Use a name that the certificate has."],
  [
    /EPROTO|WRONG_VERSION_NUMBER|disconnected before secure/i,
    'it does not speak TLS. Set kafka:tlsEnabled to "false"?',
  ],
  [
    /authentication failed|SASL_AUTHENTICATION_FAILED/i,
    "it refused the user or the password. Check kafka:saslUsername and kafka:saslPassword.",
  ],
  [/mechanism/i, "it does not offer this SASL mechanism. Check kafka:saslMechanism."],
  [
    /timed? ?out/i,
    "no answer in time. Does the network let this machine reach the broker, and is TLS the same on both sides?",
  ],
];

function* causes(error: unknown): Generator<{ code?: string; message: string }> {
  if (!(error instanceof Error)) return;
  yield error;
  if (error instanceof AggregateError) for (const inner of error.errors) yield* causes(inner);
  yield* causes(error.cause);
}
