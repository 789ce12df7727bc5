import { randomUUID } from "node:crypto";
import {
  createPartitionsV3,
  createTopicsV7,
  deleteTopicsV6,
  IncrementalAlterConfigOperationTypes,
  incrementalAlterConfigsV1,
} from "@platformatic/kafka";
import { expect, onTestFinished, vi } from "vitest";
import { answerOf, askBroker } from "../kafka/broker.ts";
import { createTopics, type NewTopic } from "../kafka/create-topics.ts";
import { isKafkasOwn } from "../kafka/internal-topics.ts";
import { readLiveCluster } from "../kafka/live-cluster.ts";
import { readLiveConfigs, topicResource } from "../kafka/live-configs.ts";
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
  // A broker learns of a new topic a moment after the controller has created it.
  const names = Object.keys(answer.created);
  const known = async () => (await readLiveConfigs(testConnection(), names)).configs.size;
  await expect.poll(known, { timeout: timeoutMs }).toBe(names.length);
  return answer;
}

/** A topic to create, by default with one partition and one replica. */
export type NamedTopic = Pick<NewTopic, "name"> & Partial<NewTopic>;

/**
 * Creates topics behind Pulumi's back, and waits until the first broker knows them.
 * @param to a cluster other than the tests' shared one
 */
export async function createNamedTopics(topics: readonly NamedTopic[], to = testConnection()): Promise<void> {
  const defaults = { partitions: 1, replicationFactor: 1, config: {} };
  await createTopics(
    to,
    topics.map((topic) => ({ ...defaults, ...topic })),
  );
  const names = topics.map(({ name }) => name);
  const known = async () => (await readLiveConfigs(to, names)).configs.size;
  await expect.poll(known, { timeout: timeoutMs }).toBe(names.length);
}

/** Adds partitions to a topic behind Pulumi's back, up to this count, and waits until the first broker knows them. */
export async function growTopic(name: string, count: number): Promise<void> {
  await askBroker(testConnection(), (broker) =>
    createPartitionsV3.api.async(broker, [{ name, count, assignments: null }], timeoutMs, false),
  );
  const known = async () => (await readLiveCluster(testConnection(), [name])).topics[0]?.partitions.length;
  await expect.poll(known, { timeout: timeoutMs }).toBe(count);
}

/** Sets configs of a topic behind Pulumi's back, and waits until the first broker knows them. */
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
  const known = async () => {
    const values = (await readLiveConfigs(testConnection(), [topic])).configs.get(topic)?.values;
    return configs.map(({ name }) => values?.get(name));
  };
  await expect.poll(known, { timeout: timeoutMs }).toEqual(configs.map(({ value }) => value));
}

/** Deletes the topics that exist, and waits until the first broker no longer knows them. */
export async function deleteTopics(names: readonly string[]): Promise<void> {
  const request = names.map((name) => ({ name, topicId: null }));
  await askBroker(testConnection(), (broker) =>
    answerOf(deleteTopicsV6.api.async(broker, request, timeoutMs)),
  );
  const requireMissing = async () => {
    const { missing } = await readLiveConfigs(testConnection(), names);
    if (missing.size < names.length)
      throw new Error(`${names.length - missing.size} topics are not deleted yet`);
  };
  // Not expect.poll, because this is also called outside of tests.
  await vi.waitFor(requireMissing, { timeout: timeoutMs, interval: 50 });
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
  const request = [...wanted].map(([name, config]) => ({
    name,
    numPartitions: 1,
    replicationFactor: 1,
    assignments: [],
    configs: Object.entries(config).map(([name, value]) => ({ name, value })),
  }));
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
