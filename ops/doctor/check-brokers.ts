import type { Connection } from "../../kafka/connection.ts";
import { findUnreachable, tryAddress } from "../../kafka/reachability.ts";
import { checkSasl } from "./check-sasl.ts";
import { type Checked, checkServers, type StepOutcome, statusOf } from "./check-servers.ts";
import { checkTls } from "./check-tls.ts";
import type { DoctorFinding } from "./findings.ts";

/** Checks everything about the connection to a server: its port, TLS and SASL. */
export async function checkServer(connection: Connection, server: string): Promise<Checked<true>> {
  await tryAddress(server);
  const { fact, findings } = await checkTls(connection, server);
  if (!fact) return { findings };
  const sasl = await checkSasl(connection, server, fact.offered);
  return { ...sasl, findings: [...findings, ...sasl.findings] };
}

/**
 * Checks the address that each broker advertises. The step fails if any broker cannot be reached: the provider connects to
 * all of them, and so does the smoke suite to all leaders.
 * @param connection with the bootstrap servers that have passed all checks
 * @param addresses what each broker advertises, by its id
 */
export async function checkBrokers(
  connection: Connection,
  addresses: ReadonlyMap<number, string>,
): Promise<StepOutcome> {
  const others = [...addresses].filter(([, address]) => !connection.bootstrapServers.includes(address));
  const unreachable = await findUnreachable(new Map(others));
  const silent = new Set(unreachable.map(({ address }) => address));
  const answering = others.map(([, address]) => address).filter((address) => !silent.has(address));
  const { passed, outcome } = await checkServers(answering, (server) => checkServer(connection, server));
  const unreached: readonly DoctorFinding[] =
    unreachable.length > 0
      ? [{ code: "BROKER_UNREACHABLE", expected: addresses.size, observed: unreachable }]
      : [];
  const findings = [...unreached, ...outcome.findings];
  return { status: passed.size < others.length ? "failed" : statusOf(findings), findings };
}
