import { createTopicsV7 } from "@platformatic/kafka";
import { answerOf } from "../../../kafka/answer.ts";
import { askBroker } from "../../../kafka/broker.ts";
import type { TopicSpec } from "../../../kafka/topic.ts";
import type { Bed } from "../bed.ts";
import { makeTopics } from "../bench-topics.ts";
import { deleteTopics } from "../cluster-topics.ts";
import { type Journal, say } from "../journal.ts";
import { formatCount, formatSeconds } from "../report/format.ts";

const requestTimeoutMs = 30_000;

/**
 * Tests what happens at known limits.
 * @param previewed how many new topics to preview at once
 */
export async function tryLimits(bed: Bed, journal: Journal, previewed: number): Promise<void> {
  await deleteTopics(bed.cluster);
  for (const topics of [1_666, 1_667]) {
    // A topic, its three partitions and its two configs.
    const records = formatCount(6 * topics);
    journal.recordLimit({
      limit: `${records} records in one request to the controller`,
      tried: `a validateOnly request for ${formatCount(topics)} topics`,
      observed: await requestOnce(bed, makeTopics(topics)),
    });
  }
  const partitions = 10;
  bed.program.declare(makeTopics(previewed, { partitions, replicationFactor: 1 }));
  bed.program.reset();
  const { durationMs, memory } = await bed.program.preview("changes");
  journal.recordLimit({
    limit: `${formatCount(previewed * partitions)} partitions in one stack`,
    tried: `npm run preview of ${formatCount(previewed)} new topics with ${partitions} partitions each`,
    observed: `passes in ${formatSeconds(durationMs / 1000)}, with ${Math.round(memory?.treeMiB ?? 0)} MiB in all processes`,
  });
  for (const { limit, observed } of journal.results.limits) say(`  ${limit}: ${observed}`);
}

/** Asks the controller in one request whether it could create topics. */
async function requestOnce({ cluster }: Bed, topics: readonly TopicSpec[]): Promise<string> {
  const request = topics.map(({ name, partitions, replicationFactor, config }) => ({
    name,
    numPartitions: partitions,
    replicationFactor,
    assignments: [],
    configs: Object.entries(config).map(([name, value]) => ({ name, value })),
  }));
  const answer = await askBroker(cluster.connection, (broker) =>
    answerOf(createTopicsV7.api.async(broker, request, requestTimeoutMs, true)),
  );
  return answer.topics[0]?.errorMessage ?? "accepted";
}
