import { saslMechanisms } from "./bootstrap.ts";
import type { Connection } from "./connection.ts";
import type { ServerProblem } from "./failure.ts";
import { readServerCertificate } from "./server-certificate.ts";
import { connectTimeoutMs } from "./transport.ts";

/**
 * Finds out whether a listener does not use SASL as configured.
 * @param offered the mechanisms that it offers; empty if it does not use SASL
 */
export function findSaslProblem(
  { sasl }: Pick<Connection, "sasl">,
  offered: readonly string[],
): ServerProblem | undefined {
  const evidence = offered.length > 0 ? `it offers ${offered.join(", ")}` : "it offers no mechanism";
  if (!sasl) return offered.length > 0 ? { code: "SASL_REQUIRED", evidence } : undefined;
  if (offered.length === 0) return { code: "SASL_NOT_USED", evidence };
  if (offered.includes(saslMechanisms[sasl.mechanism])) return undefined;
  return { code: "SASL_MECHANISM_UNSUPPORTED", evidence };
}

/**
 * Finds out whether a listener uses TLS. Most brokers close a plaintext connection to it without an answer.
 * @param server `host:port`
 */
export async function findTlsRequired(
  connection: Connection,
  server: string,
): Promise<ServerProblem | undefined> {
  const timeoutMs = Math.min(connectTimeoutMs, connection.timeoutMs);
  const presented = await readServerCertificate(connection, server, timeoutMs).catch(() => undefined);
  if (!presented) return undefined;
  return { code: "TLS_REQUIRED", evidence: `it presents a certificate of ${presented.chain[0].subject}` };
}
