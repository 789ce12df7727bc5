import { join } from "node:path";
import { type Admin, ConfigResourceTypes } from "kafkajs";
import { vi } from "vitest";
import { kafkasOwnTopics } from "../kafka/internal-topics.ts";
import { createKafka } from "../kafka/kafkajs.ts";
import { kafkaJars } from "../machine/paths.ts";
import { classArchiveFlags } from "../machine/toolchain/class-archive.ts";
import { runTool } from "../machine/toolchain/run-tool.ts";
import { sharedServers } from "./shared-cluster.ts";

/** A topic as the brokers describe it. */
export type DescribedTopic = {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** The configs that differ from the broker's defaults. */
  readonly config: Record<string, string>;
};

/**
 * Describes all topics except internal ones with kafkajs, so that none of our code reads the cluster: the commands read
 * topics with another client.
 * @param servers of a cluster other than the tests' shared one
 */
export async function describeTopics(servers = sharedServers()): Promise<DescribedTopic[]> {
  return administer(servers, async (admin) => {
    const names = await listTopics(admin);
    if (names.length === 0) return [];
    const { topics } = await admin.fetchTopicMetadata({ topics: names });
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: topics.map(({ name }) => ({ type: ConfigResourceTypes.TOPIC, name })),
    });
    const configs = new Map(
      resources.map(({ resourceName, configEntries }) => {
        const own = configEntries.filter(({ isDefault }) => !isDefault);
        return [resourceName, Object.fromEntries(own.map((entry) => [entry.configName, entry.configValue]))];
      }),
    );
    const described = topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.length,
      replicationFactor: partitions[0]?.replicas.length ?? 0,
      config: configs.get(name) ?? {},
    }));
    return described.sort((a, b) => (a.name < b.name ? -1 : 1));
  });
}

/** Reads each partition's end offset with kafkajs, by `topic:partition`. */
export async function readEndOffsets(): Promise<Map<string, number>> {
  return administer(sharedServers(), async (admin) => {
    const ends = new Map<string, number>();
    // One after the other: kafkajs gives requests at the same time the topics of each other.
    for (const topic of await listTopics(admin))
      for (const { partition, offset } of await admin.fetchTopicOffsets(topic))
        ends.set(`${topic}:${partition}`, Number(offset));
    return ends;
  });
}

async function administer<T>(servers: readonly string[], work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = createKafka({ bootstrapServers: servers, timeoutMs: 30_000 }).admin();
  await admin.connect();
  try {
    // Another broker than the one that was asked before may not know a new topic yet.
    return await vi.waitFor(() => work(admin), { timeout: 10_000, interval: 200 });
  } finally {
    await admin.disconnect();
  }
}

/** Lists the topics that are not internal. */
async function listTopics(admin: Admin): Promise<string[]> {
  return (await admin.listTopics()).filter((name) => !kafkasOwnTopics.includes(name));
}

/** Reads the ids of all topics except internal ones with Kafka's own tool: a topic that is created again gets another one. */
export async function readTopicIds(): Promise<Map<string, string>> {
  const tool = "org.apache.kafka.tools.TopicCommand";
  const text = await runKafkaTool(tool, "--describe", "--exclude-internal");
  return new Map(
    [...text.matchAll(/^Topic: (\S+)\tTopicId: (\S+)/gm)].map(([, name = "", id = ""]) => [name, id]),
  );
}

/** Reads this many records of a topic's first partition with Kafka's own consumer: `headers<tab>key<tab>value`. */
export async function readRecords(topic: string, count: number): Promise<string[]> {
  const print = ["--formatter-property", "print.headers=true", "--formatter-property", "print.key=true"];
  const tool = "org.apache.kafka.tools.consumer.ConsoleConsumer";
  // For a single partition, it needs no consumer group.
  const which = ["--topic", topic, "--partition", "0", "--offset", "earliest"];
  const end = ["--max-messages", String(count), "--timeout-ms", "10000"];
  return (await runKafkaTool(tool, ...which, ...end, ...print)).trim().split("\n");
}

/** Appends records of 100 bytes to a topic, with `kafka-producer-perf-test`. */
export async function appendRecords(topic: string, count: number): Promise<void> {
  const load = ["--num-records", String(count), "--record-size", "100", "--throughput", "-1"];
  await runKafkaTool("org.apache.kafka.tools.ProducerPerformance", "--topic", topic, ...load);
}

async function runKafkaTool(tool: string, ...args: string[]): Promise<string> {
  return runTool("java", [...jvm, tool, "--bootstrap-server", sharedServers().join(","), ...args]);
}

const jvm = [
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  ...classArchiveFlags(),
  "-cp",
  join(kafkaJars, "*"),
];
