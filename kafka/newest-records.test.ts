import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "vitest";
import type { LiveCluster } from "./live-cluster.ts";
import { readNewestRecords } from "./newest-records.ts";

/** A cluster with one topic whose partitions have these leaders. */
function clusterOf(leaders: readonly number[], addresses: LiveCluster["addresses"]): LiveCluster {
  const partitions = leaders.map((leader, partition) => ({
    partition,
    leader,
    replicas: [0],
    inSyncReplicas: [],
  }));
  const topics = [{ name: "a", internal: false, mayDelete: true, partitions }];
  const rights = { authorized: new Map(), mayAlter: true, mayAlterConfigs: true };
  return { brokers: [0], addresses, racks: new Map(), topics, forbidden: [], ...rights };
}

const show = (cluster: LiveCluster) =>
  readNewestRecords({ bootstrapServers: [], timeoutMs: 1000 }, cluster, new Set(["a"]), () => true);

test("The records of a topic are unknown if a partition has no leader", async () => {
  expect(await show(clusterOf([-1, -1], new Map()))).toEqual(new Map([["a", "NO_LEADER"]]));
});

test("The records of a topic are unknown if a leader does not answer, and a missing leader takes precedence", async () => {
  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const addresses = new Map([[0, `127.0.0.1:${port}`]]);
  expect(await show(clusterOf([0], addresses))).toEqual(new Map([["a", "NO_ANSWER"]]));
  expect(await show(clusterOf([0, -1], addresses))).toEqual(new Map([["a", "NO_LEADER"]]));
});
