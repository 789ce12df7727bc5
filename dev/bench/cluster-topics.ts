import { readdirSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { deleteTopicsV6 } from "@platformatic/kafka";
import { answerOf } from "../../kafka/answer.ts";
import { askBroker } from "../../kafka/broker.ts";
import { createTopics as requestTopics } from "../../kafka/create-topics.ts";
import { isKafkasOwn } from "../../kafka/internal-topics.ts";
import { readLiveCluster } from "../../kafka/live-cluster.ts";
import type { TopicSpec } from "../../kafka/topic.ts";
import type { Cluster } from "../cluster/cluster.ts";

const requestTimeoutMs = 120_000;
const [settleTimeoutMs, pollMs] = [300_000, 100];

/** Each deletion is one record in the controller's log, and the controller accepts 10,000 per request. */
const deletionsPerRequest = 9_000;

/**
 * Creates topics in as few requests as the controller accepts, and waits until every broker knows a leader for each
 * partition and all replicas are in sync, so that a deletion after it finds them all.
 * @returns the time until the last request was answered, in ms
 */
export async function createTopics(cluster: Cluster, topics: readonly TopicSpec[]): Promise<number> {
  const start = performance.now();
  await requestTopics({ ...cluster.connection, timeoutMs: requestTimeoutMs }, topics);
  const durationMs = performance.now() - start;
  await waitUntilInSync(cluster, topics);
  return durationMs;
}

/**
 * Waits until every broker knows a leader for each partition of these topics, and all replicas are in sync. The cluster
 * must have no topics besides these and Kafka's own.
 */
export async function waitUntilInSync(cluster: Cluster, topics: readonly TopicSpec[]): Promise<void> {
  const partitions = topics.reduce((sum, topic) => sum + topic.partitions, 0);
  await waitUntil(`${topics.length} topics to be led and in sync`, async () => {
    const known = await Promise.all(cluster.bootstrapServers.map(countReady));
    return known.every((count) => count === partitions);
  });
}

/** Deletes all topics except Kafka's own, and waits until every broker has removed their files. */
export async function deleteTopics(cluster: Cluster): Promise<void> {
  await waitUntil("all topics to be deleted", async () => {
    // Each time, because one broker's metadata may lack topics that were just created.
    await requestDeletion(cluster);
    const left = await Promise.all(cluster.bootstrapServers.map(countReady));
    return left.every((count) => count === 0) && countDeleted(cluster) === 0;
  });
}

/** Requests the deletion of all topics that a broker knows, except Kafka's own. */
async function requestDeletion(cluster: Cluster): Promise<void> {
  const connection = { ...cluster.connection, timeoutMs: requestTimeoutMs };
  const { topics } = await readLiveCluster(connection);
  const names = topics.filter((topic) => !isKafkasOwn(topic)).map(({ name }) => ({ name, topicId: null }));
  await askBroker(connection, async (broker) => {
    for (let at = 0; at < names.length; at += deletionsPerRequest) {
      const batch = names.slice(at, at + deletionsPerRequest);
      // A topic that is deleted already is an error of its own.
      await answerOf(deleteTopicsV6.api.async(broker, batch, requestTimeoutMs));
    }
  });
}

/**
 * Counts the partitions that a broker knows with a leader and all replicas in sync, without those of Kafka's own
 * topics.
 */
async function countReady(server: string): Promise<number> {
  const { topics } = await readLiveCluster({ bootstrapServers: [server], timeoutMs: requestTimeoutMs });
  return topics
    .filter((topic) => !isKafkasOwn(topic))
    .flatMap(({ partitions }) => partitions)
    .filter(
      ({ leader, replicas, inSyncReplicas }) => leader >= 0 && inSyncReplicas.length === replicas.length,
    ).length;
}

/** Counts partitions that are still to be removed: a broker first renames the folder of a deleted partition. */
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
