import { join } from "node:path";
import { kafkaJars } from "../machine/paths.ts";
import { classArchiveFlags } from "../machine/toolchain/class-archive.ts";
import { runTool } from "../machine/toolchain/run-tool.ts";
import { sharedServers } from "./shared-cluster.ts";

/** A topic as Kafka's own `kafka-topics --describe` prints it. */
export type DescribedTopic = {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** The configs that differ from the broker's defaults. */
  readonly config: Record<string, string>;
};

/**
 * Describes all topics except internal ones with Kafka's own tool, so that none of our code reads the cluster.
 * @param servers of a cluster other than the tests' shared one
 */
export async function describeTopics(servers = sharedServers()): Promise<DescribedTopic[]> {
  return (await readDescriptions(servers)).map((fields) => ({
    name: fields.get("Topic") ?? "",
    partitions: Number(fields.get("PartitionCount")),
    replicationFactor: Number(fields.get("ReplicationFactor")),
    config: parseConfig(fields.get("Configs") ?? ""),
  }));
}

/** Reads the ids of all topics except internal ones, by name: a topic that is created again gets another one. */
export async function readTopicIds(): Promise<Map<string, string>> {
  const descriptions = await readDescriptions(sharedServers());
  return new Map(descriptions.map((fields) => [fields.get("Topic") ?? "", fields.get("TopicId") ?? ""]));
}

/** Reads the fields that `kafka-topics --describe` prints for each topic. */
async function readDescriptions(servers: readonly string[]): Promise<Map<string, string>[]> {
  const tool = "org.apache.kafka.tools.TopicCommand";
  const flags = ["--bootstrap-server", servers.join(","), "--describe", "--exclude-internal"];
  const text = await runTool("java", [...jvm, tool, ...flags]);
  return text
    .split("\n")
    .filter((line) => line.startsWith("Topic:"))
    .map((line) => {
      const fields = line.split("\t").map((field) => field.split(/: ?(.*)/) as [string, string]);
      return new Map(fields.map(([name, value]) => [name, value.trim()]));
    });
}

/** Reads each partition's end offset with Kafka's own tool, by `topic:partition`. */
export async function readEndOffsets(): Promise<Map<string, number>> {
  const text = await runKafkaTool("org.apache.kafka.tools.GetOffsetShell", "--exclude-internal-topics");
  return new Map(
    text
      .trim()
      .split("\n")
      .map((line) => line.split(":") as [string, string, string])
      .map(([topic, partition, offset]) => [`${topic}:${partition}`, Number(offset)]),
  );
}

/** Reads the records of a topic's first partition with Kafka's own consumer: `headers<tab>key<tab>value`. */
export async function readRecords(topic: string): Promise<string[]> {
  const print = ["--formatter-property", "print.headers=true", "--formatter-property", "print.key=true"];
  const tool = "org.apache.kafka.tools.consumer.ConsoleConsumer";
  // For a single partition, it needs no consumer group.
  const which = ["--topic", topic, "--partition", "0", "--offset", "earliest", "--timeout-ms", "3000"];
  return (await runKafkaTool(tool, ...which, ...print)).trim().split("\n");
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

/** Parses `a=1,b=compact,delete,c=2`, in which a value may contain a comma. */
function parseConfig(text: string): Record<string, string> {
  const entries = text
    .trim()
    .split(/,(?=[a-z.]+=)/)
    .filter(Boolean);
  return Object.fromEntries(entries.map((entry) => entry.split(/=(.*)/).slice(0, 2)));
}
