import { isDeepStrictEqual } from "node:util";
import { readClusterIdentity } from "../../kafka/cluster-identity.ts";
import type { Connection } from "../../kafka/connection.ts";
import type { TopicSpec } from "../../kafka/topic.ts";
import { checkBrokers, checkServer } from "./check-brokers.ts";
import { addFindings, checkServers } from "./check-servers.ts";
import type { Settings } from "./check-settings.ts";
import { checkOwnTls } from "./check-tls.ts";
import type { DoctorFinding, StepOf } from "./findings.ts";
import { judgeRights } from "./judge-rights.ts";
import { readRights } from "./read-rights.ts";

/**
 * Checks how the smoke suite connects, unless it connects as the deployment does, and what its principal may do.
 * @param answering the deployment's connection, with the bootstrap servers that have passed all checks
 */
export async function checkSmoke(
  { connection: deploying, smoke: { connection, groups } }: Settings,
  answering: Connection,
  deployed: ReadonlyMap<string, TopicSpec> | undefined,
): Promise<StepOf<"smoke">> {
  const isOwn = !isDeepStrictEqual(connection, deploying);
  const reached = isOwn ? await reach(connection) : { connection: answering, findings: [] };
  if (!reached.connection) return { step: "smoke", status: "failed", findings: reached.findings };
  const judged = judgeRights("smoke", await readRights(reached.connection, deployed, groups));
  return { step: "smoke", observed: judged.observed, ...addFindings(reached.findings, judged) };
}

async function reach(
  connection: Connection,
): Promise<{ readonly connection?: Connection; readonly findings: readonly DoctorFinding[] }> {
  const own = checkOwnTls(connection, "smoke");
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
