import { rootCertificates } from "node:tls";
import type { Connection } from "./connection.ts";

/** The id of both clients in the brokers' logs. */
export const clientId = "kafka-topics";
/** How long opening a connection may take. */
export const connectTimeoutMs = 10_000;

/** Returns Node's TLS options for a connection; undefined for plaintext. */
export function tlsOptions({ tls }: Connection) {
  if (!tls) return undefined;
  // Node's `ca` replaces the public roots, the provider's adds to them.
  return { rejectUnauthorized: tls.rejectUnauthorized, ...(tls.ca && { ca: [...rootCertificates, tls.ca] }) };
}
