import { connectToFirst } from "../../kafka/bootstrap.ts";
import type { Connection } from "../../kafka/connection.ts";
import { findSaslProblem } from "../../kafka/listener-rules.ts";
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
  const problem = findSaslProblem(connection, offered);
  if (problem) return { findings: [{ code: problem.code, server, observed: problem.evidence }] };
  if (!connection.sasl) return { fact: true, findings: [] };
  const { broker } = await connectToFirst(connection, [server], new Map());
  broker.close().catch(() => {});
  return { fact: true, findings: [] };
}
