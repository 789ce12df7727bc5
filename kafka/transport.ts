import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { isIP, type Socket } from "node:net";
import { type PeerCertificate, rootCertificates } from "node:tls";
import type { Connection } from "./connection.ts";
import { findNameMismatch } from "./server-name.ts";

/** The id of both clients in the brokers' logs. */
export const clientId = "kafka-topics";
/** How long opening a connection may take. */
export const connectTimeoutMs = 10_000;

/**
 * Waits until a socket that is being opened is open.
 * @param event `secureConnect` for a socket of TLS
 * @throws the error of the connection
 */
export async function waitUntilOpen(
  socket: Socket,
  event: "connect" | "secureConnect",
  timeoutMs = connectTimeoutMs,
): Promise<void> {
  socket.setTimeout(timeoutMs, () => {
    const error = new Error(`${event}: no answer in ${timeoutMs / 1000} s`);
    socket.destroy(Object.assign(error, { code: "ETIMEDOUT" }));
  });
  await once(socket, event);
}

/** Returns the option with the server's name, which in TLS cannot be an IP address. */
export function serverNameOf(host: string): { servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {};
}

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
    checkServerIdentity,
  };
}

function checkServerIdentity(host: string, { raw }: PeerCertificate): Error | undefined {
  const mismatch = findNameMismatch(new X509Certificate(raw), host);
  return mismatch === undefined
    ? undefined
    : Object.assign(new Error(mismatch), { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
}
