import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { Broker } from "../dev/cluster/broker.ts";
import { readLiveCluster } from "../kafka/live-cluster.ts";
import { createTestCluster } from "./cluster.ts";

test("A cluster starts once, restarts a killed broker, keeps its data, and stops", async () => {
  const cluster = await createTestCluster();
  try {
    expect(await cluster.start()).toBe(3);
    expect(await cluster.start()).toBe(0);
    if (process.platform === "linux")
      expect(readFileSync(`/proc/${cluster.brokers[0]?.pid}/maps`, "utf8")).toContain("kafka.jsa");
    await cluster.brokers[1]?.stop("SIGKILL");
    expect(await cluster.start()).toBe(1);
    expect(await readLiveCluster(cluster.connection)).toMatchObject({ brokers: [1, 2, 3] });
    expect(await cluster.stop()).toBe(3);
    expect(await cluster.stop()).toBe(0);
    await expect(readLiveCluster(cluster.connection)).rejects.toThrow("refused, nothing listens there");
  } finally {
    await cluster.stop("SIGKILL");
    cluster.wipe();
  }
});

test("A port in use is reported with its number, and nothing is started", async () => {
  const cluster = await createTestCluster();
  const port = Number(cluster.bootstrapServers[2]?.split(":")[1]);
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(port, "127.0.0.1", resolve));
  try {
    await expect(cluster.start()).rejects.toThrow(
      `Port ${port} on 127.0.0.1, which broker 3 needs, is in use`,
    );
    expect(cluster.brokers.map(({ pid }) => pid)).toEqual([undefined, undefined, undefined]);
  } finally {
    squatter.close();
    await cluster.stop("SIGKILL");
    cluster.wipe();
  }
});

test("A broker that ends while starting shows its last lines, and the others are stopped", async () => {
  const cluster = await createTestCluster();
  try {
    await cluster.start();
    await cluster.stop();
    writeFileSync(
      `${cluster.brokers[0]?.dataFolder}/meta.properties`,
      "version=1\ncluster.id=another\nnode.id=7\n",
    );
    await expect(cluster.start()).rejects.toThrow(/Broker 1 ended while starting[\s\S]*node id 7/);
    expect(cluster.brokers.map(({ pid }) => pid)).toEqual([undefined, undefined, undefined]);
  } finally {
    await cluster.stop("SIGKILL");
    cluster.wipe();
  }
});

test("A process that has reused the id of an ended broker is left alone", async () => {
  const cluster = await createTestCluster();
  const { logFile } = cluster.brokers[0] as Broker;
  mkdirSync(dirname(logFile));
  writeFileSync(join(dirname(logFile), "pid"), String(process.pid));
  expect(cluster.brokers[0]?.pid).toBeUndefined();
  expect(await cluster.stop()).toBe(0);
  cluster.wipe();
});
