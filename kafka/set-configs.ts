import { incrementalAlterConfigsV1 } from "@platformatic/kafka";
import { answerOf } from "./answer.ts";
import { askBroker } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { listConfigs } from "./create-request.ts";
import { topicResource } from "./live-configs.ts";
import type { Refusals } from "./refusal.ts";
import type { TopicSpec } from "./topic.ts";
import { askInBatches } from "./validate-only.ts";

/** IncrementalAlterConfigs can also delete values, and append to lists. */
const setOperation = 0 as const;

/**
 * Sets configs of topics, and leaves their other configs as they are.
 * @returns the topics whose configs were not set
 * @throws UnreachableError when no bootstrap server answers
 */
export async function setConfigs(to: Connection, topics: readonly TopicSpec[]): Promise<Refusals> {
  return askInBatches(topics, (batch) =>
    askBroker(to, async (broker) => {
      const wanted = batch.map(({ name, config }) => ({
        resourceType: topicResource,
        resourceName: name,
        configs: listConfigs(config).map((each) => ({ ...each, configOperation: setOperation })),
      }));
      const { responses } = await answerOf(incrementalAlterConfigsV1.api.async(broker, wanted, false));
      return responses.map(({ resourceName, ...answer }) => ({ name: resourceName, ...answer }));
    }),
  );
}
