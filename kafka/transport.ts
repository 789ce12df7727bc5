import { rootCertificates } from "node:tls";
import type { Connection } from "./connection.ts";

/** What the brokers' logs call both clients. */
export const clientId = "kafka-topics";
export const connectTimeoutMs = 10_000;

/** Node's TLS options for a connection, none for plaintext. */
export function tlsOptions({ tls }: Connection) {
  if (!tls) return undefined;
  // Node's `ca` replaces the public roots, the provider's adds to them.
  return { rejectUnauthorized: tls.rejectUnauthorized, ...(tls.ca && { ca: [...rootCertificates, tls.ca] }) };
}
