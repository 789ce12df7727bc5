import { existsSync, mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { Cluster, type ClusterOptions } from "../dev/cluster/cluster.ts";
import { findNodePorts } from "../dev/cluster/node-ports.ts";
import type { NodePorts } from "../dev/cluster/server-properties.ts";
import { localFolder } from "../machine/paths.ts";
import { isRunning } from "../machine/processes.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The bootstrap servers of each worker's cluster. */
    sharedClusters: readonly (readonly string[])[];
  }
}

const clustersFolder = join(localFolder, "test-clusters");

/**
 * Starts three brokers for each worker, on free ports; they stop with the run. The files of one worker run one after the
 * other, so a test finds only its own topics on its cluster.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeAbandonedClusters();
  const workers = Number(project.config.maxWorkers);
  const clusters: Cluster[] = [];
  // One after the other, because each looks for free ports.
  for (let at = 0; at < workers; at++) clusters.push(await createTestCluster());
  await Promise.all(clusters.map((cluster) => cluster.start()));
  project.provide(
    "sharedClusters",
    clusters.map(({ bootstrapServers }) => bootstrapServers),
  );
  return async () => {
    await Promise.all(clusters.map((cluster) => cluster.stop("SIGKILL")));
    for (const cluster of clusters) cluster.wipe();
  };
}

/** Creates a cluster of three nodes with its own folder and ports, without starting it. */
export async function createTestCluster(options: ClusterOptions = {}): Promise<Cluster> {
  return createCluster(await findNodePorts(3), options);
}

/** Creates a cluster of these nodes with its own folder, without starting it. */
export function createCluster(nodes: readonly NodePorts[], options: ClusterOptions = {}): Cluster {
  mkdirSync(clustersFolder, { recursive: true });
  // The names contain the process id of the test run, so that the next run can find abandoned clusters.
  return new Cluster(mkdtempSync(join(clustersFolder, `${process.pid}-`)), nodes, options);
}

/** Removes the clusters of killed runs, which could not stop their brokers. */
async function removeAbandonedClusters(): Promise<void> {
  for (const name of existsSync(clustersFolder) ? readdirSync(clustersFolder) : []) {
    if (isRunning(Number(name.split("-")[0]))) continue;
    const cluster = new Cluster(join(clustersFolder, name), Array(4).fill({ client: 0, controller: 0 }));
    await cluster.stop("SIGKILL");
    cluster.wipe();
  }
}
