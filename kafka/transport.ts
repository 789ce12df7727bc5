import { rootCertificates } from "node:tls";
import type { Connection } from "./connection.ts";

/** The id of both clients in the brokers' logs. */
export const clientId = "kafka-topics";
/** How long opening a connection may take. */
export const connectTimeoutMs = 10_000;

/** Returns Node's TLS options for a connection; undefined for plaintext. */
export function tlsOptions({ tls }: Pick<Connection, "tls">) {
  if (!tls) return undefined;
  const { rejectUnauthorized, ca, client } = tls;
  return {
    rejectUnauthorized,
    // Go, as in the provider, and Java trust a CA certificate even if it was issued by another CA; Node by default does not.
    allowPartialTrustChain: true,
    // Node's `ca` replaces the public roots, the provider's adds to them.
    ...(ca && { ca: [...rootCertificates, ca] }),
    ...client,
  };
}
