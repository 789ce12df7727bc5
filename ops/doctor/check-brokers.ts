import type { Connection } from "../../kafka/connection.ts";
import { findUnreachable } from "../../kafka/reachability.ts";
import { checkSasl } from "./check-sasl.ts";
import { checkServers, statusOf } from "./check-servers.ts";
import { checkTls } from "./check-tls.ts";
import type { DoctorFinding, StepOf } from "./findings.ts";

/** How long opening a TCP connection may take. */
export const connectTimeoutMs = 5_000;

/**
 * Checks the address that each broker advertises. The step fails if any broker cannot be reached: the provider connects to
 * all of them, and so does the smoke suite to all leaders.
 * @param connection with the bootstrap servers that have passed all checks
 * @param addresses what each broker advertises, by its id
 */
export async function checkBrokers(
  connection: Connection,
  addresses: ReadonlyMap<number, string>,
): Promise<StepOf<"brokers">> {
  const others = [...addresses].filter(([, address]) => !connection.bootstrapServers.includes(address));
  const unreachable = await findUnreachable(new Map(others), connectTimeoutMs);
  const silent = new Set(unreachable.map(({ address }) => address));
  const answering = others.map(([, address]) => address).filter((address) => !silent.has(address));
  const { passed, result } = await checkServers(answering, async (server) => {
    const { fact, findings } = await checkTls(connection, server);
    if (!fact) return { findings };
    const sasl = await checkSasl(connection, server, fact.offered);
    return { ...sasl, findings: [...findings, ...sasl.findings] };
  });
  const findings: readonly DoctorFinding[] =
    unreachable.length > 0
      ? [{ code: "BROKER_UNREACHABLE", expected: addresses.size, observed: unreachable }, ...result.findings]
      : result.findings;
  return {
    step: "brokers",
    status: passed.size < others.length ? "failed" : statusOf(findings),
    observed: [...addresses].map(([broker, address]) => ({ broker, address })),
    findings,
  };
}
