import { isDeepStrictEqual } from "node:util";
import { readClusterIdentity } from "../../kafka/cluster-identity.ts";
import type { Connection } from "../../kafka/connection.ts";
import type { GroupNaming } from "../../kafka/smoke-settings.ts";
import type { TopicSpec } from "../../kafka/topic.ts";
import { checkBrokers, checkServer } from "./check-brokers.ts";
import { addFindings, checkServers } from "./check-servers.ts";
import { checkOwnTls } from "./check-tls.ts";
import type { DoctorFinding, StepOf } from "./findings.ts";
import { judgeRights } from "./judge-rights.ts";
import { readRights } from "./read-rights.ts";

/** The principals of a stack other than the one that deploys. */
type Other = "reviewing" | "smoke";

/**
 * Checks how another principal connects, unless it connects as the deployment does, and what it may do.
 * @param groups the consumer groups of the smoke suite
 * @param deploying the deployment's connection
 * @param answering the same, with the bootstrap servers that have passed all checks
 */
export async function checkOther(
  principal: Other,
  { connection, groups }: { readonly connection: Connection; readonly groups?: GroupNaming },
  { deploying, answering }: { readonly deploying: Connection; readonly answering: Connection },
  deployed: ReadonlyMap<string, TopicSpec> | undefined,
): Promise<Omit<StepOf<"smoke">, "step">> {
  const isOwn = !isDeepStrictEqual(connection, deploying);
  const reached = isOwn ? await reach(connection) : { connection: answering, findings: [] };
  if (!reached.connection) return { status: "failed", findings: reached.findings };
  const judged = judgeRights(principal, await readRights(reached.connection, deployed, groups));
  return { observed: judged.observed, ...addFindings(reached.findings, judged) };
}

async function reach(
  connection: Connection,
): Promise<{ readonly connection?: Connection; readonly findings: readonly DoctorFinding[] }> {
  const own = checkOwnTls(connection);
  const { passed, outcome } = await checkServers(connection.bootstrapServers, (server) =>
    checkServer(connection, server),
  );
  const known = [...own, ...outcome.findings];
  if (outcome.status === "failed") return { findings: known };
  const answering = { ...connection, bootstrapServers: [...passed.keys()] };
  const { addresses } = await readClusterIdentity(answering);
  const brokers = await checkBrokers(answering, addresses);
  const findings = [...known, ...brokers.findings];
  return brokers.status === "failed" ? { findings } : { connection: answering, findings };
}
