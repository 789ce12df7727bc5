import { createTopicsV6 } from "@platformatic/kafka";
import { answerOf, askBroker } from "./broker.ts";
import type { Connection } from "./connection.ts";
import type { TopicSpec } from "./topic.ts";

/** A topic to create. */
export type NewTopic = TopicSpec & {
  /** The brokers of each partition, the preferred leader first; the controller chooses unless set. */
  readonly replicas?: readonly (readonly number[])[];
};

const timeoutMs = 30_000;

/**
 * Creates topics, all in one request.
 * @throws Error that names each topic that is refused, with the broker's message; UnreachableError
 */
export async function createTopics(connection: Connection, topics: readonly NewTopic[]): Promise<void> {
  const wanted = topics.map(({ name, partitions, replicationFactor, config, replicas }) => ({
    name,
    // With an assignment the protocol wants neither number.
    numPartitions: replicas ? -1 : partitions,
    replicationFactor: replicas ? -1 : replicationFactor,
    assignments: (replicas ?? []).map((brokerIds, partitionIndex) => ({
      partitionIndex,
      brokerIds: [...brokerIds],
    })),
    configs: Object.entries(config).map(([name, value]) => ({ name, value })),
  }));
  const answer = await askBroker(connection, (broker) =>
    answerOf(createTopicsV6.api.async(broker, wanted, timeoutMs, false)),
  );
  const refused = answer.topics.filter(({ errorCode }) => errorCode !== 0);
  if (refused.length > 0)
    throw new Error(refused.map(({ name, errorMessage }) => `${name}: ${errorMessage ?? ""}`).join("\n"));
}
