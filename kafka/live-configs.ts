import { randomUUID } from "node:crypto";
import { ConfigResourceTypes, createTopicsV6, describeConfigsV4 } from "@platformatic/kafka";
import { answerOf, askBroker, type Broker } from "./ask-broker.ts";
import type { Connection } from "./connection.ts";

/** A topic's configs as the cluster has them now, values in the broker's own form. */
export type LiveConfigs = {
  /** Every config with the value that counts, wherever it was set. */
  readonly values: ReadonlyMap<string, string>;
  /** The keys that are set on the topic itself. */
  readonly own: ReadonlySet<string>;
};

/** The protocol's number for configs of topics. */
export const topicResource = ConfigResourceTypes.TOPIC;
/** For requests to the controller, in ms. */
export const trialTimeoutMs = 30_000;
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

/**
 * What counts on a topic that sets nothing itself: the cluster's choice, or Kafka's default.
 * @param like a topic's name, whose beginning the principal's permissions and the brokers' policy know
 * @returns by key; nothing where the principal may not create topics, or the brokers' policy wants configs set
 * @throws UnreachableError when no bootstrap server answers
 */
export async function readDefaultConfigs(
  to: Connection | Broker,
  like: string,
): Promise<Map<string, string>> {
  // The synonyms of `describeConfigs` leave retention.ms out, which brokers know in hours: a topic tried, not made.
  const topic = { name: standInFor(like), numPartitions: 1, assignments: [], configs: [] };
  const { topics } = await askBroker(to, (broker) =>
    answerOf(createTopicsV6.api.async(broker, [{ ...topic, replicationFactor: -1 }], trialTimeoutMs, true)),
  );
  return new Map(topics[0]?.configs?.map(({ name, value }) => [name, value ?? ""]));
}

/** A name that no topic has, for a trial of one that is there. */
export function standInFor(name: string): string {
  return `${name.slice(0, longestName - randomSuffixLength)}.${randomUUID()}`;
}

const [longestName, randomSuffixLength] = [249, 37];

type Described = {
  errorCode: number;
  resourceName: string;
  configs: { name: string; value: string | null; configSource: number }[];
};
