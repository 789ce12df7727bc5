import { askBroker, type Broker, isBrokerError } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { findLatelySeen } from "./controller.ts";
import { isRetriable, protocolNameOf } from "./error-chain.ts";
import type { LiveCluster } from "./live-cluster.ts";
import { askUntilSettled, type Retrying } from "./retry.ts";

/** A broker that has been down for longer than this, in ms, is not waited for: it is not just restarting. */
const restartMs = 60_000;

/**
 * Reads topics, and reads them again for a while if partitions have no leader because one is being elected, or because a
 * broker is restarting. The latter is known only with DESCRIBE on the cluster.
 */
export async function readLedTopics<Cluster extends Pick<LiveCluster, "brokers" | "topics">>(
  to: Connection | Broker,
  read: () => Promise<Cluster>,
  retrying?: Retrying,
): Promise<Cluster> {
  return askUntilSettled(
    read,
    async (cluster) => ((await isElecting(to, cluster)) ? { error: "LEADER_NOT_AVAILABLE" } : undefined),
    retrying,
  );
}

/** Whether a partition may soon have a leader again, because a replica is on a broker that is up or restarting. */
async function isElecting(
  to: Connection | Broker,
  { brokers, topics }: Pick<LiveCluster, "brokers" | "topics">,
): Promise<boolean> {
  const unled = topics.flatMap(({ partitions }) => partitions.filter(({ leader }) => leader < 0));
  if (unled.length === 0) return false;
  const isUp = (id: number) => brokers.includes(id);
  if (unled.some(({ inSyncReplicas }) => inSyncReplicas.some(isUp))) return true;
  const seen = await askBroker(to, (broker) => findLatelySeen(broker, restartMs)).catch((error) => {
    if (!isBrokerError(error)) throw error;
    // Without an answer, there is no active controller now: the one that has gone may have been a broker too.
    return isRetriable(error) || !protocolNameOf(error) ? undefined : new Set<number>();
  });
  if (!seen) return true;
  return unled.some(({ replicas, inSyncReplicas }) => {
    // Since KIP-966, none is in sync when the last one has gone, although it may lead again.
    const eligible = inSyncReplicas.length > 0 ? inSyncReplicas : replicas;
    return eligible.some((id) => !isUp(id) && seen.has(id));
  });
}
