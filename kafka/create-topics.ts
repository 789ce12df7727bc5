import { createTopicsV6 } from "@platformatic/kafka";
import { answerOf, askBroker } from "./broker.ts";
import type { Connection } from "./connection.ts";
import type { TopicSpec } from "./topic.ts";
import { listConfigs, splitIntoBatches } from "./validate-only.ts";

/** A topic to create. */
export type NewTopic = Pick<TopicSpec, "name" | "partitions" | "replicationFactor" | "config"> & {
  /** The brokers of each partition, the preferred leader first; by default, the controller chooses. */
  readonly replicas?: readonly (readonly number[])[];
};

/**
 * Creates topics in as few requests as a controller allows.
 * @throws Error that names each refused topic, with the broker's message; UnreachableError
 */
export async function createTopics(connection: Connection, topics: readonly NewTopic[]): Promise<void> {
  const answers = await askBroker(connection, async (broker) => {
    const answered = [];
    for (const batch of splitIntoBatches(topics)) {
      const request = createTopicsV6.api.async(broker, batch.map(toRequest), connection.timeoutMs, false);
      answered.push(...(await answerOf(request)).topics);
    }
    return answered;
  });
  const refused = answers.filter(({ errorCode }) => errorCode !== 0);
  if (refused.length > 0)
    throw new Error(refused.map(({ name, errorMessage }) => `${name}: ${errorMessage ?? ""}`).join("\n"));
}

function toRequest({ name, partitions, replicationFactor, config, replicas }: NewTopic) {
  return {
    name,
    // With an assignment, the protocol allows neither number.
    numPartitions: replicas ? -1 : partitions,
    replicationFactor: replicas ? -1 : replicationFactor,
    assignments: (replicas ?? []).map((brokerIds, partitionIndex) => ({
      partitionIndex,
      brokerIds: [...brokerIds],
    })),
    configs: listConfigs(config),
  };
}
