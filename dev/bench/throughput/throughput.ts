import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runTool } from "../../../machine/toolchain/run-tool.ts";
import type { Broker } from "../../cluster/broker.ts";
import { Cluster } from "../../cluster/cluster.ts";
import { findNodePorts } from "../../cluster/node-ports.ts";
import { makeTopics } from "../bench-topics.ts";
import { createTopics, waitUntilInSync } from "../cluster-topics.ts";
import { type Journal, say } from "../journal.ts";
import type { Loads } from "./loads.ts";
import { consume, produce } from "./performance-tools.ts";

/** The same as in Kafka's own start scripts: throughput matters here, not a quick start. */
const jvmFlags = ["-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20"];

/** After a restart, a broker with 6,000 replicas loads for over a minute. */
const readyTimeoutMs = 10 * 60_000;

/** Measures what more topics cost the brokers: each number of topics on a new cluster, with the same records. */
export async function measureThroughput(folder: string, journal: Journal, loads: Loads): Promise<void> {
  for (const replicationFactor of loads.replicationFactors)
    for (const partitions of loads.partitions)
      for (const topics of loads.topics) {
        const options = { jvmFlags, readyTimeoutMs };
        const cluster = new Cluster(join(folder, "loaded-cluster"), await findNodePorts(3), options);
        await cluster.start();
        try {
          await measureLoad(cluster, journal, { topics, partitions, replicationFactor }, loads);
        } finally {
          await cluster.stop("SIGKILL");
          cluster.wipe();
        }
      }
}

type Shape = { readonly topics: number; readonly partitions: number; readonly replicationFactor: number };

async function measureLoad(
  cluster: Cluster,
  journal: Journal,
  { topics, partitions, replicationFactor }: Shape,
  { records, runs }: Loads,
): Promise<void> {
  const all = makeTopics(topics, { partitions, replicationFactor });
  await createTopics(cluster, all);
  const servers = cluster.bootstrapServers;
  const [produced, consumed] = [[await produce(servers, records, topics)], [await consume(servers, records)]];
  for (let run = 1; run < runs; run++) {
    produced.push(await produce(servers, records, topics));
    consumed.push(await consume(servers, records));
  }
  const [broker] = cluster.brokers;
  if (!broker) throw new Error("The cluster has no broker.");
  const resources = await readResources(broker);
  const start = performance.now();
  await broker.stop();
  await cluster.start();
  await waitUntilInSync(cluster, all);
  const restartMs = Math.round(performance.now() - start);
  const round = (value: number) => Number(value.toPrecision(4));
  const load = {
    ...{ topics, partitions, replicationFactor },
    producedPerSecond: produced.map(({ recordsPerSecond }) => round(recordsPerSecond)),
    producedMiBPerSecond: produced.map(({ mebibytesPerSecond }) => mebibytesPerSecond),
    latencyMs99: produced.map(({ latencyMs99 }) => latencyMs99),
    batchBytes: produced.map(({ batchBytes }) => round(batchBytes)),
    consumedPerSecond: consumed.map(({ recordsPerSecond }) => round(recordsPerSecond)),
    consumedMiBPerSecond: consumed.map(({ mebibytesPerSecond }) => round(mebibytesPerSecond)),
    ...resources,
    restartMs,
    measuredAt: new Date().toISOString(),
  };
  journal.recordLoad(load);
  say(
    `  ${topics} topics × ${partitions}, replication factor ${replicationFactor}: produced ` +
      `${load.producedMiBPerSecond.join(", ")} MiB/s, consumed ${load.consumedMiBPerSecond.join(", ")} MiB/s, ` +
      `${load.openFiles} open files, ${load.heapMiB} MiB heap, restarted in ${(restartMs / 1000).toFixed(1)} s`,
  );
}

/** What a broker uses: files and memory maps on Linux, and the heap that remains after a garbage collection. */
async function readResources({ pid }: Broker) {
  if (pid === undefined) throw new Error("The broker has ended.");
  const isLinux = process.platform === "linux";
  // The command collects garbage first, and ends its output with the totals: Total, instances, bytes.
  const histogram = await runTool("jcmd", [String(pid), "GC.class_histogram"]);
  const heapBytes = Number(/^Total\s+\d+\s+(\d+)/m.exec(histogram)?.[1] ?? 0);
  return {
    openFiles: isLinux ? readdirSync(`/proc/${pid}/fd`).length : 0,
    memoryMaps: isLinux ? readFileSync(`/proc/${pid}/maps`, "utf8").trimEnd().split("\n").length : 0,
    heapMiB: Math.round(heapBytes / 2 ** 20),
  };
}
