import { randomUUID } from "node:crypto";
import {
  alterPartitionReassignmentsV0,
  createPartitionsV3,
  createTopicsV7,
  deleteTopicsV6,
  IncrementalAlterConfigOperationTypes,
  incrementalAlterConfigsV1,
} from "@platformatic/kafka";
import { onTestFinished, vi } from "vitest";
import { answerOf } from "../kafka/answer.ts";
import { askBroker } from "../kafka/broker.ts";
import type { Connection } from "../kafka/connection.ts";
import { type NewTopic, toCreateRequest } from "../kafka/create-request.ts";
import { createTopics } from "../kafka/create-topics.ts";
import { isKafkasOwn } from "../kafka/internal-topics.ts";
import { readLiveCluster } from "../kafka/live-cluster.ts";
import { brokerResource, readLiveConfigs, topicResource } from "../kafka/live-configs.ts";
import { testConnection } from "./shared-cluster.ts";

/** A topic's configs in the broker's canonical form. */
export type Config = Readonly<Record<string, string>>;

const timeoutMs = 30_000;

/** Creates a topic for each config, as `requestTopics` does; they are deleted when the test ends, even if it fails. */
export async function createConfigured(configs: readonly Config[]) {
  const answer = await requestTopics(configs, false);
  onTestFinished(async () => {
    const topics = Object.keys(answer.created).map((name) => ({ name, topicId: null }));
    await askBroker(testConnection(), (broker) => deleteTopicsV6.api.async(broker, topics, timeoutMs));
  });
  await waitForTopics(Object.keys(answer.created), testConnection());
  return answer;
}

/** Waits until every broker confirms a change: it learns of it a moment after the controller has made it. */
async function waitForBrokers(to: Connection, isKnown: (one: Connection) => Promise<boolean>): Promise<void> {
  const requireKnown = async () => {
    const brokers = to.bootstrapServers.map((server) => ({ ...to, bootstrapServers: [server] }));
    const known = (await Promise.all(brokers.map(isKnown))).filter(Boolean).length;
    if (known < brokers.length) throw new Error(`${known} of ${brokers.length} brokers know the change`);
  };
  // Not expect.poll, because this is also called outside of tests.
  await vi.waitFor(requireKnown, { timeout: timeoutMs, interval: 50 });
}

function waitForTopics(names: readonly string[], to: Connection): Promise<void> {
  return waitForBrokers(to, async (one) => (await readLiveConfigs(one, names)).configs.size === names.length);
}

/** A topic to create, by default with one partition and one replica. */
export type NamedTopic = Pick<NewTopic, "name"> & Partial<NewTopic>;

/**
 * Creates topics behind Pulumi's back, and waits until every broker knows them.
 * @param to a cluster other than the tests' shared one
 */
export async function createNamedTopics(topics: readonly NamedTopic[], to = testConnection()): Promise<void> {
  const defaults = { partitions: 1, replicationFactor: 1, config: {} };
  await createTopics(
    to,
    topics.map((topic) => ({ ...defaults, ...topic })),
  );
  await waitForTopics(
    topics.map(({ name }) => name),
    to,
  );
}

/** Adds partitions to a topic behind Pulumi's back, up to this count, and waits until every broker knows them. */
export async function growTopic(name: string, count: number): Promise<void> {
  await askBroker(testConnection(), (broker) =>
    createPartitionsV3.api.async(broker, [{ name, count, assignments: null }], timeoutMs, false),
  );
  await waitForBrokers(testConnection(), async (one) => {
    const [topic] = (await readLiveCluster(one, [name])).topics;
    return topic?.partitions.length === count;
  });
}

/** Sets configs of a topic behind Pulumi's back, and waits until every broker knows them. */
export async function setConfig(
  topic: string,
  config: Readonly<Record<string, string | number>>,
): Promise<void> {
  const configs = Object.entries(config).map(([name, value]) => ({
    name,
    configOperation: IncrementalAlterConfigOperationTypes.SET,
    value: String(value),
  }));
  const resource = { resourceType: topicResource, resourceName: topic, configs };
  await askBroker(testConnection(), (broker) =>
    incrementalAlterConfigsV1.api.async(broker, [resource], false),
  );
  await waitForBrokers(testConnection(), async (one) => {
    const values = (await readLiveConfigs(one, [topic])).configs.get(topic)?.values;
    return configs.every(({ name, value }) => values?.get(name) === value);
  });
}

/** Starts to move a topic's partitions to these brokers, one list for each partition, the preferred leader first. */
export async function startMoving(name: string, replicas: readonly number[][]): Promise<void> {
  const partitions = replicas.map((ids, partitionIndex) => ({ partitionIndex, replicas: ids }));
  // Any broker forwards the request to the controller.
  await askBroker(testConnection(), (broker) =>
    alterPartitionReassignmentsV0.api.async(broker, timeoutMs, true, [{ name, partitions }]),
  );
}

/**
 * Limits how fast each broker copies the throttled replicas of topics.
 * @param bytesPerSecond removes the limit if absent
 */
export async function throttleCopying(bytesPerSecond?: number): Promise<void> {
  const { SET, DELETE } = IncrementalAlterConfigOperationTypes;
  const name = "follower.replication.throttled.rate";
  const config =
    bytesPerSecond === undefined
      ? { name, configOperation: DELETE }
      : { name, configOperation: SET, value: String(bytesPerSecond) };
  const { addresses } = await readLiveCluster(testConnection(), []);
  for (const [id, address] of addresses) {
    const resource = { resourceType: brokerResource, resourceName: String(id), configs: [config] };
    // A broker takes only its own configs.
    await askBroker({ ...testConnection(), bootstrapServers: [address] }, (broker) =>
      incrementalAlterConfigsV1.api.async(broker, [resource], false),
    );
  }
}

/** Deletes the topics that exist, and waits until no broker knows them. */
export async function deleteTopics(names: readonly string[]): Promise<void> {
  const request = names.map((name) => ({ name, topicId: null }));
  await askBroker(testConnection(), (broker) =>
    answerOf(deleteTopicsV6.api.async(broker, request, timeoutMs)),
  );
  await waitForBrokers(
    testConnection(),
    async (one) => (await readLiveConfigs(one, names)).missing.size === names.length,
  );
}

/** Deletes all topics of the worker's cluster except Kafka's own. */
export async function deleteAllTopics(): Promise<void> {
  const { topics } = await readLiveCluster(testConnection());
  const names = topics.filter((topic) => !isKafkasOwn(topic)).map(({ name }) => name);
  if (names.length > 0) await deleteTopics(names);
}

/**
 * Requests a topic with one partition for each config, all in one request.
 * @param validateOnly creates nothing, but returns what the broker would do
 * @returns the configs of the created topics, by topic, and the refused configs, each with the broker's message
 */
export async function requestTopics(configs: readonly Config[], validateOnly: boolean) {
  const wanted = new Map(configs.map((config) => [`config-${randomUUID()}`, config]));
  const request = [...wanted].map(([name, config]) =>
    toCreateRequest({ name, partitions: 1, replicationFactor: 1, config }),
  );
  const { topics } = await askBroker(testConnection(), (broker) =>
    answerOf(createTopicsV7.api.async(broker, request, timeoutMs, validateOnly)),
  );
  const created: Record<string, Config> = {};
  const refused: { config: Config; reason: string }[] = [];
  for (const { name, errorCode, errorMessage } of topics) {
    const config = wanted.get(name) ?? {};
    if (errorCode === 0) created[name] = config;
    else refused.push({ config, reason: errorMessage ?? "" });
  }
  return { created, refused };
}
