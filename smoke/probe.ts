import { randomUUID } from "node:crypto";
import type { DeployedTopic } from "../engine/deployed.ts";
import { createKafka } from "../kafka/clients.ts";
import type { Connection } from "../kafka/connection.ts";
import type { LiveTopic } from "../kafka/live-topics.ts";
import { check, checkMetadata } from "./metadata.ts";
import { type Produced, produceRecords, type Target } from "./produce.ts";
import { type ReadBack, readBack } from "./read-back.ts";
import type { TopicResult } from "./result.ts";

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
  const journeys = await sendAndReadBack(connection, targets);
  return deployed.map((topic): TopicResult => {
    const checks = typeof topic.smoke === "object" ? [] : checkMetadata(topic, liveByName.get(topic.name));
    const { read, failures, count } = journeys.get(topic.name) ?? { read: [], failures: [], count: 0 };
    const expected = `${count} there and back`;
    return {
      topic: topic.name,
      partitions: topic.partitions,
      replicationFactor: topic.replicationFactor,
      checks: count > 0 ? [...checks, check("records", expected, failures.join("; ") || expected)] : checks,
      records: read.map(({ sent: { partition, offset, acknowledgedMs }, readMs }) => ({
        partition,
        offset,
        acknowledgedMs,
        readMs,
      })),
    };
  });
}

/** What became of each target's records, by topic, with how many there should be. */
async function sendAndReadBack(
  connection: Connection,
  targets: readonly Target[],
): Promise<Map<string, ReadBack & { readonly count: number }>> {
  if (targets.length === 0) return new Map();
  const kafka = createKafka(connection);
  const run = `smoke-${randomUUID()}`;
  const produced = await produceRecords(kafka, targets, run);
  const sent = [...produced.values()].flatMap((topic) => ("sent" in topic ? [topic.sent] : []));
  const back = sent.length > 0 ? await readBack(kafka, sent, { group: run, timeoutMs: readTimeoutMs }) : [];
  const readByTopic = new Map(sent.map(([first], index) => [first?.topic, back[index]]));
  return new Map(
    targets.map(({ topic, partitions }) => {
      const outcome = produced.get(topic) as Produced;
      const journey =
        "failure" in outcome ? { read: [], failures: [outcome.failure] } : readByTopic.get(topic);
      return [topic, { ...(journey as ReadBack), count: partitions.length }];
    }),
  );
}
