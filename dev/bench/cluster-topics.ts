import { readdirSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { deleteTopicsV6 } from "@platformatic/kafka";
import { askBroker } from "../../kafka/broker.ts";
import { createTopics as requestTopics } from "../../kafka/create-topics.ts";
import { isKafkasOwn } from "../../kafka/internal-topics.ts";
import { readLiveCluster } from "../../kafka/live-cluster.ts";
import type { TopicSpec } from "../../kafka/topic.ts";
import type { Cluster } from "../cluster/cluster.ts";

const requestTimeoutMs = 120_000;
const [settleTimeoutMs, pollMs] = [300_000, 100];

/** Each deletion is one record in the controller's log, which takes 10,000 for a request. */
const deletionsPerRequest = 9_000;

/**
 * Creates topics in as few requests as the controller allows.
 * @returns the time until the last response, in ms
 */
export async function createInBatches(cluster: Cluster, topics: readonly TopicSpec[]): Promise<number> {
  const start = performance.now();
  await requestTopics({ ...cluster.connection, timeoutMs: requestTimeoutMs }, topics);
  return performance.now() - start;
}

/** Creates topics, and waits until every broker knows each of their partitions with its leader and replicas in sync. */
export async function createTopics(cluster: Cluster, topics: readonly TopicSpec[]): Promise<void> {
  await createInBatches(cluster, topics);
  await waitUntilInSync(cluster, topics);
}

/** Waits until every broker knows a leader of each partition of these topics, the cluster's only ones, and all replicas in sync. */
export async function waitUntilInSync(cluster: Cluster, topics: readonly TopicSpec[]): Promise<void> {
  const partitions = topics.reduce((sum, topic) => sum + topic.partitions, 0);
  await waitUntil(`${topics.length} topics to be led and in sync`, async () => {
    const known = await Promise.all(cluster.bootstrapServers.map(countReady));
    return known.every((count) => count === partitions);
  });
}

/** Deletes all topics but Kafka's own, and waits until every broker has removed their files. */
export async function deleteTopics(cluster: Cluster): Promise<void> {
  const connection = { ...cluster.connection, timeoutMs: requestTimeoutMs };
  const { topics } = await readLiveCluster(connection);
  const names = topics.filter((topic) => !isKafkasOwn(topic)).map(({ name }) => ({ name, topicId: null }));
  if (names.length === 0) return;
  await askBroker(connection, async (broker) => {
    for (let at = 0; at < names.length; at += deletionsPerRequest)
      await deleteTopicsV6.api.async(broker, names.slice(at, at + deletionsPerRequest), requestTimeoutMs);
  });
  await waitUntil(`${names.length} topics to be deleted`, async () => {
    const left = await Promise.all(cluster.bootstrapServers.map(countReady));
    return left.every((count) => count === 0) && countDeleted(cluster) === 0;
  });
}

/** Partitions that a broker knows, each with a leader and all its replicas in sync; without those of Kafka's own topics. */
async function countReady(server: string): Promise<number> {
  const { topics } = await readLiveCluster({ bootstrapServers: [server], timeoutMs: requestTimeoutMs });
  return topics
    .filter((topic) => !isKafkasOwn(topic))
    .flatMap(({ partitions }) => partitions)
    .filter(
      ({ leader, replicas, inSyncReplicas }) => leader >= 0 && inSyncReplicas.length === replicas.length,
    ).length;
}

/** A broker renames the folder of a partition that it is to delete, and removes it later. */
function countDeleted(cluster: Cluster): number {
  return cluster.brokers.flatMap(({ dataFolder }) =>
    readdirSync(dataFolder).filter((name) => name.endsWith("-delete")),
  ).length;
}

async function waitUntil(what: string, isReached: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + settleTimeoutMs;
  while (!(await isReached())) {
    if (performance.now() > deadline) throw new Error(`Waited ${settleTimeoutMs / 1000} s for ${what}.`);
    await wait(pollMs);
  }
}
