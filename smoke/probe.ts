import { randomUUID } from "node:crypto";
import type { DeployedTopic } from "../engine/deployed.ts";
import { createKafka } from "../kafka/clients.ts";
import type { Connection } from "../kafka/connection.ts";
import type { LiveTopic } from "../kafka/live-topics.ts";
import { check, checkMetadata } from "./metadata.ts";
import { type Produced, produceRecords, type Target } from "./produce.ts";
import { type Read, readBack } from "./read-back.ts";
import type { Check, TopicResult } from "./result.ts";

/** After this a record that was acknowledged counts as lost. */
const readTimeoutMs = 30_000;

/**
 * Looks at every deployed topic and sends one record to each of its partitions and back, with one producer and
 * one consumer group for all. A topic that fails leaves the others' results standing.
 * @param live all topics of the cluster, read just now
 * @returns a result for each deployed topic, in their order
 */
export async function probeTopics(
  connection: Connection,
  deployed: readonly DeployedTopic[],
  live: readonly LiveTopic[],
): Promise<TopicResult[]> {
  const liveByName = new Map(live.map((topic) => [topic.name, topic]));
  const targets = deployed.flatMap(({ name, smoke, sample }) => {
    const partitions = liveByName.get(name)?.partitions ?? [];
    // kafkajs gives up on all topics of a call when one partition has no leader.
    const writable = partitions.length > 0 && partitions.every(({ leader }) => leader >= 0);
    if (smoke !== "produce" || !writable) return [];
    return [{ topic: name, partitions: partitions.map(({ partition }) => partition), sample }];
  });
  const { produced, read } = await sendAndReadBack(connection, targets);
  return deployed.map((topic): TopicResult => {
    const checks = typeof topic.smoke === "object" ? [] : checkMetadata(topic, liveByName.get(topic.name));
    const own = produced.get(topic.name);
    const back = read.filter(({ sent }) => sent.topic === topic.name);
    return {
      topic: topic.name,
      partitions: topic.partitions,
      replicationFactor: topic.replicationFactor,
      checks: own ? [...checks, checkRecords(own, back)] : checks,
      records: back
        .filter(({ difference }) => !difference)
        .map(({ sent: { partition, offset, acknowledgedMs }, readMs }) => ({
          partition,
          offset,
          acknowledgedMs,
          readMs,
        }))
        .sort((a, b) => a.partition - b.partition),
    };
  });
}

async function sendAndReadBack(connection: Connection, targets: readonly Target[]) {
  if (targets.length === 0) return { produced: new Map<string, Produced>(), read: [] };
  const kafka = createKafka(connection);
  const run = `smoke-${randomUUID()}`;
  const produced = await produceRecords(kafka, targets, run);
  const sent = [...produced.values()].flatMap((topic) => ("sent" in topic ? topic.sent : []));
  const read = sent.length > 0 ? await readBack(kafka, sent, { group: run, timeoutMs: readTimeoutMs }) : [];
  return { produced, read };
}

function checkRecords(produced: Produced, read: readonly Read[]): Check {
  if ("failure" in produced) {
    return { ...check("records", "one written to every partition", ""), observed: produced.failure };
  }
  const unlike = read.flatMap(({ sent, difference }) =>
    difference ? [`partition ${sent.partition}, offset ${sent.offset}: ${difference}`] : [],
  );
  const missing = produced.sent
    .filter((record) => !read.some(({ sent }) => sent === record))
    .map(
      ({ partition, offset }) => `partition ${partition}, offset ${offset}: written, but not read in time`,
    );
  const expected = `${produced.sent.length} there and back`;
  return check("records", expected, [...unlike, ...missing].join("; ") || expected);
}
