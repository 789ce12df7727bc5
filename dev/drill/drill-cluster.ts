import { join } from "node:path";
import { localFolder } from "../../machine/paths.ts";
import { Cluster } from "../cluster/cluster.ts";
import { findBrokerPorts } from "../cluster/node-ports.ts";
import { brokerCount } from "./topics.ts";

/** Kafka's defaults, but for the preferred leaders: they lead again after 5 s rather than 5 minutes. */
export const drillSettings = { "leader.imbalance.check.interval.seconds": "5" };

const folder = join(localFolder, "drill");

/**
 * Gives some work a cluster of its own, which no record of anybody else is on, and removes it however the work ends.
 * The cluster of `npm start` would not do: each of its brokers is a controller as well, so two dead ones would end
 * every election, and nothing would be left to show `min.insync.replicas` with. Only one process at a time may call it.
 */
export async function withDrillCluster<Result>(work: (cluster: Cluster) => Promise<Result>): Promise<Result> {
  const cluster = new Cluster(folder, await findBrokerPorts(brokerCount), { settings: drillSettings });
  // Sends the signals at once. A second Ctrl-C, or a fault, leaves no time to wait for the ends.
  const killAll = () => {
    cluster.stop("SIGKILL");
  };
  process.once("exit", killAll);
  try {
    // What a drill left that was killed itself.
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
