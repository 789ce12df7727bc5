import { IncrementalAlterConfigOperationTypes, incrementalAlterConfigsV1 } from "@platformatic/kafka";
import { answerOf } from "./answer.ts";
import { askBroker, type Broker } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { type brokerResource, topicResource } from "./live-configs.ts";
import type { Refusals } from "./refusal.ts";
import { askInBatches, toAnswers } from "./validate-only.ts";

/** A value for a config of a topic. */
export type ConfigValue = { readonly topic: string; readonly key: string; readonly expected: string };

/** New values for configs of a topic or broker, by key; null for one that is no longer set. */
export type NewConfigs = {
  /** The topic's name or the broker's id. */
  readonly name: string;
  readonly config: Readonly<Record<string, string | null>>;
};

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
    config: Object.fromEntries(own.map(({ key, expected }) => [key, expected])),
  }));
  return alterConfigs(to, topics, { validateOnly });
}

/**
 * Sets or removes configs of topics, or of the broker that is asked, and leaves their other configs as they are.
 * @returns the topics or brokers whose configs were not changed
 * @throws UnreachableError when no bootstrap server answers
 */
export async function alterConfigs(
  to: Connection | Broker,
  resources: readonly NewConfigs[],
  {
    resourceType = topicResource,
    validateOnly = false,
  }: {
    readonly resourceType?: typeof topicResource | typeof brokerResource;
    readonly validateOnly?: boolean;
  } = {},
): Promise<Refusals> {
  const { SET, DELETE } = IncrementalAlterConfigOperationTypes;
  const items = resources.map((resource) => ({ ...resource, partitions: 0 }));
  return askInBatches(items, (batch) =>
    askBroker(to, async (broker) => {
      const wanted = batch.map(({ name, config }) => ({
        resourceType,
        resourceName: name,
        configs: Object.entries(config).map(([key, value]) =>
          value === null
            ? { name: key, configOperation: DELETE }
            : { name: key, configOperation: SET, value },
        ),
      }));
      return toAnswers(await answerOf(incrementalAlterConfigsV1.api.async(broker, wanted, validateOnly)));
    }),
  );
}
