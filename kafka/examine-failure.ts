import { UnreachableError } from "./cluster-error.ts";
import type { Connection } from "./connection.ts";
import { ExaminedError, type FailedConnection, type ServerProblem, toFailedConnection } from "./failure.ts";
import { readOfferedMechanisms } from "./listener.ts";
import { findSaslProblem, findTlsRequired } from "./listener-rules.ts";
import { readServerCertificate } from "./server-certificate.ts";

/** For each step of an examination. */
const stepMs = 5_000;

/** The codes of failures of which a server shows more than the failed connection tells. */
const isTelling = /^(TLS_|SASL_(NOT_USED|MECHANISM)|CONNECTION_CLOSED)/;

/**
 * Finds out why servers did not accept a connection, as the doctor does. Only called after a failure: it opens further
 * connections.
 * @param reasons the error of each server, `host:port`
 * @returns the same, with an ExaminedError for each server that shows why
 */
export async function examineFailures(
  connection: Connection,
  reasons: ReadonlyMap<string, unknown>,
): Promise<Map<string, unknown>> {
  const examined = [...reasons].map(async ([server, reason]) => {
    if (!isTelling.test(toFailedConnection(reason).code)) return [server, reason] as const;
    const problems = await examineServer(connection, server);
    return [server, problems.length > 0 ? new ExaminedError(problems, reason) : reason] as const;
  });
  return new Map(await Promise.all(examined));
}

async function examineServer(connection: Connection, server: string): Promise<readonly FailedConnection[]> {
  const patient = { ...connection, timeoutMs: Math.min(stepMs, connection.timeoutMs) };
  try {
    const problems = await findProblems(patient, server);
    return problems.map(({ code, evidence }) => ({ code, server, observed: evidence }));
  } catch (error) {
    // The server shows nothing before it refuses the client, or does not answer any more.
    return error instanceof UnreachableError ? error.finding.observed : [];
  }
}

async function findProblems(connection: Connection, server: string): Promise<readonly ServerProblem[]> {
  const { tls } = connection;
  if (tls) {
    const { problems } = await readServerCertificate(connection, server, connection.timeoutMs);
    if (problems.length > 0 && tls.rejectUnauthorized) return problems;
  }
  try {
    const problem = findSaslProblem(connection, await readOfferedMechanisms(connection, server));
    return problem ? [problem] : [];
  } catch (error) {
    const problem = tls ? undefined : await findTlsRequired(connection, server);
    if (!problem) throw error;
    return [problem];
  }
}
