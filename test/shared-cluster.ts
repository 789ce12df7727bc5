import { inject } from "vitest";
import type { Connection } from "../kafka/connection.ts";

/** The bootstrap servers of the cluster that this worker's tests share, one after the other. */
export function sharedServers(): readonly string[] {
  const clusters = inject("sharedClusters");
  const servers = clusters[Number(process.env.VITEST_POOL_ID) - 1];
  if (!servers)
    throw new Error(`Worker ${process.env.VITEST_POOL_ID} has none of the ${clusters.length} clusters.`);
  return servers;
}

/** A connection to that cluster. */
export function testConnection(): Connection {
  return { bootstrapServers: sharedServers(), timeoutMs: 30_000 };
}
