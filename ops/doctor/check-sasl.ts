import { connectToFirst, saslMechanisms } from "../../kafka/bootstrap.ts";
import type { Connection } from "../../kafka/connection.ts";
import type { Checked } from "./check-servers.ts";

/**
 * Checks whether a server uses SASL as configured, and accepts the user.
 * @param offered the mechanisms that it offers; empty if it does not use SASL
 */
export async function checkSasl(
  connection: Connection,
  server: string,
  offered: readonly string[],
): Promise<Checked<true>> {
  const { sasl } = connection;
  if (!sasl)
    return offered.length > 0
      ? { findings: [{ code: "SASL_REQUIRED", server, observed: offered }] }
      : { fact: true, findings: [] };
  if (offered.length === 0)
    return { findings: [{ code: "SASL_NOT_USED", server, observed: "it offers no mechanism" }] };
  if (!offered.includes(saslMechanisms[sasl.mechanism])) {
    const observed = `it offers ${offered.join(", ")}`;
    return { findings: [{ code: "SASL_MECHANISM_UNSUPPORTED", server, observed }] };
  }
  const { broker } = await connectToFirst(connection, [server], new Map());
  broker.close().catch(() => {});
  return { fact: true, findings: [] };
}
