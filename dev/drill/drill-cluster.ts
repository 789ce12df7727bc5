import { join } from "node:path";
import { localFolder } from "../../machine/paths.ts";
import { Cluster } from "../cluster/cluster.ts";
import { findBrokerPorts } from "../cluster/node-ports.ts";
import { brokerCount } from "./topics.ts";

/** Kafka's defaults, except for the preferred leaders: they lead again after 5 s instead of 5 minutes. */
export const drillSettings = { "leader.imbalance.check.interval.seconds": "5" };

const folder = join(localFolder, "drill");

/**
 * Runs some work on a separate cluster without any other records, and removes the cluster however the work ends. The
 * cluster of `npm start` is not suitable: each of its brokers is also a controller, so two dead brokers would prevent
 * every election, and `min.insync.replicas` could not be shown. Only one process at a time may call this.
 */
export async function withDrillCluster<Result>(work: (cluster: Cluster) => Promise<Result>): Promise<Result> {
  const cluster = new Cluster(folder, await findBrokerPorts(brokerCount), { settings: drillSettings });
  // Sends the signals immediately: after a second Ctrl-C or a fault there is no time to wait for the processes to end.
  const killAll = () => {
    cluster.stop("SIGKILL");
  };
  process.once("exit", killAll);
  try {
    // Removes what a killed drill left behind.
    await remove(cluster);
    return await work(cluster);
  } finally {
    await remove(cluster);
    process.off("exit", killAll);
  }
}

async function remove(cluster: Cluster): Promise<void> {
  await cluster.stop("SIGKILL");
  cluster.wipe();
}
