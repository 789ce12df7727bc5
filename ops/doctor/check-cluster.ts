import type { Stack } from "../../infra/stack.ts";
import { readClockAhead } from "../../kafka/cluster-clock.ts";
import type { ClusterIdentity } from "../../kafka/cluster-identity.ts";
import type { Connection } from "../../kafka/connection.ts";
import { findDownBrokers, readLiveCluster } from "../../kafka/live-cluster.ts";
import { brokerResource, readLiveConfigs } from "../../kafka/live-configs.ts";
import { statusOf } from "./check-servers.ts";
import type { DoctorFinding, StepOf } from "./findings.ts";

/** The broker configs that affect the topics of a stack. */
const shownConfigs = [
  "default.replication.factor",
  "min.insync.replicas",
  "auto.create.topics.enable",
  "remote.log.storage.system.enable",
  "message.max.bytes",
];

/** Reads the configs of one broker, and compares them with the stack. Needs DESCRIBE_CONFIGS on the cluster. */
export async function checkConfigs(
  connection: Connection,
  { defaultReplicationFactor, maxReplicationFactor }: Stack,
  { addresses }: ClusterIdentity,
): Promise<StepOf<"configs">> {
  const step = "configs" as const;
  const expected = Math.min(defaultReplicationFactor, maxReplicationFactor);
  const tooFew: DoctorFinding[] = [];
  if (expected > addresses.size) {
    const down = findDownBrokers(await readLiveCluster(connection));
    tooFew.push({ code: "NOT_ENOUGH_BROKERS", expected, observed: addresses.size, down });
  }
  const [[broker, address] = [0, ""]] = [...addresses].sort(([one], [other]) => one - other);
  // A broker returns only its own configs.
  const asked = { ...connection, bootstrapServers: [address] };
  const { configs } = await readLiveConfigs(asked, [String(broker)], brokerResource);
  const all = configs.get(String(broker))?.values;
  if (!all) return { step, status: tooFew.length > 0 ? "warning" : "skipped", findings: tooFew };
  const values = Object.fromEntries(
    shownConfigs.flatMap((key) => {
      const value = all.get(key);
      return value === undefined ? [] : [[key, value]];
    }),
  );
  const findings: readonly DoctorFinding[] =
    values["auto.create.topics.enable"] === "true" ? [...tooFew, { code: "AUTO_CREATION_ENABLED" }] : tooFew;
  return { step, status: statusOf(findings), observed: { broker, values }, findings };
}

/** Smaller differences are normal: the measurement includes a part of the request's time. */
const clockToleranceMs = 10_000;

/** Compares the clocks. Needs KRaft, and DESCRIBE on the cluster. */
export async function checkClock(
  connection: Connection,
  { controller }: ClusterIdentity,
): Promise<StepOf<"clock">> {
  const aheadMs = controller === undefined ? undefined : await readClockAhead(connection);
  if (aheadMs === undefined) return { step: "clock", status: "skipped", findings: [] };
  const findings: readonly DoctorFinding[] =
    Math.abs(aheadMs) >= clockToleranceMs ? [{ code: "CLOCK_DIFFERS", observed: aheadMs }] : [];
  return { step: "clock", status: statusOf(findings), observed: { aheadMs }, findings };
}
