import { ConfigResourceTypes, describeConfigsV4, ResponseError } from "@platformatic/kafka";
import { askBroker } from "./clients.ts";
import type { Connection } from "./connection.ts";

/** A topic's configs as the cluster has them now. */
export type LiveConfigs = {
  /** Every config with the value that counts, in the broker's own form, wherever it was set. */
  readonly values: ReadonlyMap<string, string>;
  /** The keys that are set on the topic itself. */
  readonly own: ReadonlySet<string>;
};

const topicResource = ConfigResourceTypes.TOPIC;
const setOnTopic = 1;

/**
 * The configs of topics in one request, whatever their number.
 * @returns by name; a topic that does not exist, or that the principal may not DESCRIBE_CONFIGS, is left out
 * @throws UnreachableError when no bootstrap server answers
 */
export async function readLiveConfigs(
  connection: Connection,
  names: readonly string[],
): Promise<Map<string, LiveConfigs>> {
  if (names.length === 0) return new Map();
  const resources = names.map((resourceName) => ({
    resourceType: topicResource,
    resourceName,
    configurationKeys: null,
  }));
  const { results } = await askBroker(connection, async (broker) => {
    try {
      return await describeConfigsV4.api.async(broker, resources, false, false);
    } catch (error) {
      if (error instanceof ResponseError && error.response?.results) return error.response;
      throw error;
    }
  });
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

type Described = {
  errorCode: number;
  resourceName: string;
  configs: { name: string; value: string | null; configSource: number }[];
};
