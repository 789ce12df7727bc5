import { ConfigResourceTypes, describeConfigsV4 } from "@platformatic/kafka";
import { answerOf, askBroker, type Broker } from "./ask-broker.ts";
import type { Connection } from "./connection.ts";
import type { LiveTopic } from "./live-cluster.ts";
import type { WantedTopic } from "./trial.ts";

/** A topic's configs as the cluster has them now, values in the broker's own form. */
export type LiveConfigs = {
  /** Every config with the value that counts, wherever it was set. */
  readonly values: ReadonlyMap<string, string>;
  /** The keys that are set on the topic itself. */
  readonly own: ReadonlySet<string>;
};

/** The protocol's number for configs of topics. */
export const topicResource = ConfigResourceTypes.TOPIC;
const setOnTopic = 1;

/**
 * The configs of topics in one request, whatever their number.
 * @returns by name; a topic that does not exist, or that the principal may not DESCRIBE_CONFIGS, is left out
 * @throws UnreachableError when no bootstrap server answers
 */
export async function readLiveConfigs(
  to: Connection | Broker,
  names: readonly string[],
): Promise<Map<string, LiveConfigs>> {
  if (names.length === 0) return new Map();
  const resources = names.map((resourceName) => ({
    resourceType: topicResource,
    resourceName,
    configurationKeys: null,
  }));
  const { results } = await askBroker(to, (broker) =>
    answerOf(describeConfigsV4.api.async(broker, resources, false, false)),
  );
  return new Map(
    (results as Described[])
      .filter(({ errorCode }) => errorCode === 0)
      .map(({ resourceName, configs }) => [
        resourceName,
        {
          values: new Map(configs.map(({ name, value }) => [name, value ?? ""])),
          own: new Set(
            configs.filter(({ configSource }) => configSource === setOnTopic).map(({ name }) => name),
          ),
        },
      ]),
  );
}

/** A topic as it is on the cluster, in the form in which it is wanted: its replicas as its first partition has them. */
export function describeLive({ name, partitions }: LiveTopic, { values, own }: LiveConfigs): WantedTopic {
  return {
    name,
    partitions: partitions.length,
    replicationFactor: partitions[0]?.replicas.length ?? 0,
    config: Object.fromEntries([...own].map((key) => [key, values.get(key) ?? ""])),
  };
}

type Described = {
  errorCode: number;
  resourceName: string;
  configs: { name: string; value: string | null; configSource: number }[];
};
