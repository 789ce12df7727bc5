import { existsSync, mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { Cluster, type ClusterOptions } from "../dev/cluster/cluster.ts";
import { findNodePorts } from "../dev/cluster/free-ports.ts";
import type { NodePorts } from "../dev/cluster/server-properties.ts";
import { localFolder } from "../machine/paths.ts";
import { isRunning } from "../machine/processes.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Of the cluster of each worker. */
    sharedClusters: readonly (readonly string[])[];
  }
}

const clustersFolder = join(localFolder, "test-clusters");

/**
 * Three brokers for each worker, on ports found free; they end with the run. The files of one worker run one after the
 * other, so that a test finds no topics but its own on its cluster.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeAbandonedClusters();
  const workers = Number(project.config.maxWorkers);
  const clusters: Cluster[] = [];
  // One after the other, as each looks for free ports.
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

/** A cluster of three nodes in a folder and on ports of its own, not started. */
export async function createTestCluster(options: ClusterOptions = {}): Promise<Cluster> {
  return createCluster(await findNodePorts(3), options);
}

/** A cluster of these nodes in a folder of its own, not started. */
export function createCluster(nodes: readonly NodePorts[], options: ClusterOptions): Cluster {
  mkdirSync(clustersFolder, { recursive: true });
  // Everything here is known by the id of the test run's process, which the next run looks for.
  return new Cluster(mkdtempSync(join(clustersFolder, `${process.pid}-`)), nodes, options);
}

/** A run that was killed could not end its brokers. */
async function removeAbandonedClusters(): Promise<void> {
  for (const name of existsSync(clustersFolder) ? readdirSync(clustersFolder) : []) {
    if (isRunning(Number(name.split("-")[0]))) continue;
    const cluster = new Cluster(join(clustersFolder, name), Array(3).fill({ client: 0, controller: 0 }));
    await cluster.stop("SIGKILL");
    cluster.wipe();
  }
}
