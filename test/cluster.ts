import { mkdtempSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { Cluster } from "../dev/cluster/cluster.ts";
import type { NodePorts } from "../dev/cluster/server-properties.ts";

declare module "vitest" {
  interface ProvidedContext {
    bootstrapServers: readonly string[];
  }
}

/** Three brokers for all end-to-end tests, on ports found free; they end with the run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await createTestCluster();
  await cluster.start();
  project.provide("bootstrapServers", cluster.bootstrapServers);
  return async () => {
    await cluster.stop("SIGKILL");
    cluster.wipe();
  };
}

/** A cluster of three nodes in a folder and on ports of its own, not started. */
export async function createTestCluster(): Promise<Cluster> {
  const ports = await findFreePorts(6);
  const nodes = [0, 2, 4].map((at) => ({ client: ports[at], controller: ports[at + 1] }) as NodePorts);
  return new Cluster(mkdtempSync(join(tmpdir(), "kafka-topics-cluster-")), nodes);
}

/** All are held until the last is found, so that they differ. */
async function findFreePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
