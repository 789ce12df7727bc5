import { decodeOperations, type Operations } from "./authorized-operations.ts";
import { askBroker, type Broker } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { readLiveConfigs } from "./live-configs.ts";
import { requestMetadata } from "./metadata.ts";
import type { Refusals } from "./refusal.ts";
import type { Retrying } from "./retry.ts";
import type { LiveConfigs, LiveTopic } from "./topic.ts";

/** The brokers and topics of a cluster, as a broker reports them. */
export type LiveCluster = {
  /** The ids of the brokers that are up, in ascending order. */
  readonly brokers: readonly number[];
  /** The address of each broker, `host:port`, by its id. */
  readonly addresses: ReadonlyMap<number, string>;
  /** The rack of each broker that sets `broker.rack`, by its id. */
  readonly racks: ReadonlyMap<number, string>;
  /** Sorted by name, including topics with partitions that have no leader. */
  readonly topics: readonly LiveTopic[];
  /** Topics that were requested by name and that the principal may not DESCRIBE. */
  readonly forbidden: readonly string[];
  /** What the principal may do with each topic, by name. */
  readonly authorized: ReadonlyMap<string, Operations>;
  /** Whether the principal may ALTER the cluster, which is required to move replicas. */
  readonly mayAlter: boolean;
  /** Whether the principal may ALTER_CONFIGS of the cluster, which is required to throttle replication. */
  readonly mayAlterConfigs: boolean;
};

/**
 * Reads topics in one request, whatever their number. A topic that does not exist is left out.
 * @param names the topics to read; by default all that the principal may DESCRIBE, without a list of forbidden ones
 * @throws UnreachableError when no bootstrap server answers
 */
export async function readLiveCluster(
  to: Connection | Broker,
  names: readonly string[] | null = null,
): Promise<LiveCluster> {
  const metadata = await requestMetadata(to, names);
  const { addresses, topics, forbidden } = metadata;
  const operations = decodeOperations(metadata.clusterAuthorizedOperations);
  const authorized = new Map(
    topics.map(({ name, topicAuthorizedOperations }) => [name, decodeOperations(topicAuthorizedOperations)]),
  );
  return {
    authorized,
    mayAlter: operations.has("ALTER"),
    mayAlterConfigs: operations.has("ALTER_CONFIGS"),
    brokers: [...addresses.keys()].sort((a, b) => a - b),
    addresses,
    racks: new Map(metadata.brokers.flatMap(({ nodeId, rack }) => (rack ? [[nodeId, rack] as const] : []))),
    topics: topics
      .map(({ name, isInternal, partitions }) => ({
        name,
        internal: isInternal,
        mayDelete: authorized.get(name)?.has("DELETE") ?? false,
        partitions: partitions
          .map(({ partitionIndex, leaderId, replicaNodes, isrNodes }) => ({
            partition: partitionIndex,
            leader: leaderId,
            replicas: replicaNodes,
            inSyncReplicas: isrNodes,
          }))
          .sort((a, b) => a.partition - b.partition),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    forbidden,
  };
}

/** A topic with its configs. */
export type ConfiguredTopic = LiveTopic & { readonly configs: LiveConfigs };

/** A cluster with the configs of its topics, as one broker reports them. */
export type ConfiguredCluster = LiveCluster & {
  /** The topics whose configs could be read. */
  readonly configured: ReadonlyMap<string, ConfiguredTopic>;
  /** Why the configs of the others could not be read. */
  readonly unread: Refusals;
  /** Topics that were deleted while they were read; they are not in `topics`. */
  readonly gone: readonly string[];
};

/**
 * Reads topics and their configs: the topics in one request, the configs of many in each.
 * @param names the topics to read; by default all that the principal may DESCRIBE
 * @throws UnreachableError when no bootstrap server answers
 */
export async function readConfiguredTopics(
  to: Connection | Broker,
  names: readonly string[] | null = null,
  retrying?: Retrying,
): Promise<ConfiguredCluster> {
  return askBroker(to, async (broker) => {
    const cluster = await readLiveCluster(broker, names);
    const { configs, missing, refusals } = await readLiveConfigs(
      broker,
      cluster.topics.map(({ name }) => name),
      undefined,
      retrying,
    );
    const topics = cluster.topics
      .filter(({ name }) => !missing.has(name))
      .map((topic) => {
        const own = configs.get(topic.name);
        return own ? { ...topic, configs: own } : topic;
      });
    const configured = topics.flatMap(({ configs: own, ...topic }) =>
      own ? [[topic.name, { ...topic, configs: own }] as const] : [],
    );
    return {
      ...cluster,
      topics,
      configured: new Map(configured),
      unread: refusals,
      gone: [...missing].sort(),
    };
  });
}

/** Finds the brokers that hold replicas of topics and are down, in ascending order. */
export function findDownBrokers({ brokers, topics }: Pick<LiveCluster, "brokers" | "topics">): number[] {
  const holding = topics.flatMap(({ partitions }) => partitions.flatMap(({ replicas }) => replicas));
  return [...new Set(holding)].filter((id) => !brokers.includes(id)).sort((a, b) => a - b);
}
