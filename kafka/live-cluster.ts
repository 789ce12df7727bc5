import { metadataV9 } from "@platformatic/kafka";
import { answerOf, askBroker, type Broker } from "./ask-broker.ts";
import type { Connection } from "./connection.ts";

/** A partition as the cluster has it now; brokers are told by their ids. */
export type LivePartition = {
  readonly partition: number;
  /** -1: no broker leads it, so nothing can be written or read. */
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
};

/** A topic as the cluster has it now, its partitions in order. */
export type LiveTopic = {
  readonly name: string;
  /** One of Kafka's own, `__consumer_offsets` say. */
  readonly internal: boolean;
  readonly partitions: readonly LivePartition[];
  /** Whether the principal may delete it. */
  readonly mayDelete: boolean;
};

/** What the brokers know of each other and of topics. */
export type LiveCluster = {
  /** The ids of the brokers that serve now, in order. */
  readonly brokers: readonly number[];
  /** Where each of them is reached, `host:port`, by its id. */
  readonly addresses: ReadonlyMap<number, string>;
  /** Sorted by name. A topic with partitions without a leader is among them. */
  readonly topics: readonly LiveTopic[];
  /** Topics that were asked for by name and that the principal may not DESCRIBE. */
  readonly forbidden: readonly string[];
  /** Whether the principal may ALTER the cluster, which moving replicas takes. */
  readonly mayAlter: boolean;
};

const topicAuthorizationFailed = 29;
/** Bits of the operations that a principal may do, org.apache.kafka.common.acl.AclOperation. */
const [deleteOperation, alterOperation] = [1 << 6, 1 << 7];

/**
 * Asks for topics in one request, whatever their number. One that does not exist is left out.
 * @param names which; without, all that the principal may DESCRIBE, where a forbidden one cannot be told from none
 * @throws UnreachableError when no bootstrap server answers
 */
export async function readLiveCluster(
  to: Connection | Broker,
  names: readonly string[] | null = null,
): Promise<LiveCluster> {
  const { brokers, topics, clusterAuthorizedOperations } = await askBroker(to, (broker) =>
    answerOf(metadataV9.api.async(broker, names && [...names], false, true, true)),
  );
  return {
    mayAlter: (clusterAuthorizedOperations & alterOperation) !== 0,
    brokers: brokers.map(({ nodeId }) => nodeId).sort((a, b) => a - b),
    addresses: new Map(brokers.map(({ nodeId, host, port }) => [nodeId, `${host}:${port}`])),
    topics: topics
      .filter(({ errorCode, partitions }) => errorCode === 0 || partitions.length > 0)
      .map(({ name, isInternal, partitions, topicAuthorizedOperations }) => ({
        name,
        internal: isInternal,
        mayDelete: (topicAuthorizedOperations & deleteOperation) !== 0,
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
    forbidden: topics.flatMap(({ errorCode, name }) =>
      errorCode === topicAuthorizationFailed ? [name] : [],
    ),
  };
}

/** Whether a topic is Kafka's: `__share_group_state` and others are not marked as internal. */
export function isKafkasOwn({ name, internal }: LiveTopic): boolean {
  return internal || name.startsWith("__");
}
