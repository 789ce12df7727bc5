import { incrementalAlterConfigsV1 } from "@platformatic/kafka";
import { answerOf } from "./answer.ts";
import { askBroker, type Broker } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { topicResource } from "./live-configs.ts";
import type { Refusals } from "./refusal.ts";
import { askInBatches, toAnswers } from "./validate-only.ts";

/** A value for a config of a topic. */
export type ConfigValue = { readonly topic: string; readonly key: string; readonly expected: string };

/** IncrementalAlterConfigs can also delete values, and append to lists. */
const setOperation = 0 as const;

/**
 * Sets configs of topics, and leaves their other configs as they are.
 * @param validateOnly whether to ask only whether the brokers would
 * @returns the topics whose configs were not set
 * @throws UnreachableError when no bootstrap server answers
 */
export async function setConfigs(
  to: Connection | Broker,
  values: readonly ConfigValue[],
  { validateOnly = false } = {},
): Promise<Refusals> {
  const topics = [...Map.groupBy(values, ({ topic }) => topic)].map(([name, own]) => ({
    name,
    partitions: 0,
    config: Object.fromEntries(own.map(({ key, expected }) => [key, expected])),
  }));
  return askInBatches(topics, (batch) =>
    askBroker(to, async (broker) => {
      const wanted = batch.map(({ name, config }) => ({
        resourceType: topicResource,
        resourceName: name,
        configs: Object.entries(config).map(([key, value]) => ({
          name: key,
          configOperation: setOperation,
          value,
        })),
      }));
      return toAnswers(await answerOf(incrementalAlterConfigsV1.api.async(broker, wanted, validateOnly)));
    }),
  );
}
