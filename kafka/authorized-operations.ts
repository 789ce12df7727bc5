import { setTimeout as wait } from "node:timers/promises";
import {
  AclOperations,
  describeGroupsV5,
  FindCoordinatorKeyTypes,
  findCoordinatorV4,
  metadataV9,
} from "@platformatic/kafka";
import { joinAddress } from "./address.ts";
import { answerOf, askBroker } from "./broker.ts";
import type { Connection } from "./connection.ts";

const operations = [
  "READ",
  "WRITE",
  "CREATE",
  "DELETE",
  "ALTER",
  "DESCRIBE",
  "CLUSTER_ACTION",
  "DESCRIBE_CONFIGS",
  "ALTER_CONFIGS",
  "IDEMPOTENT_WRITE",
] as const satisfies (keyof typeof AclOperations)[];

/** An operation of an ACL on a topic, a group or the cluster, org.apache.kafka.common.acl.AclOperation. */
export type Operation = (typeof operations)[number];

/** The operations that a principal is authorized for on one resource, including those that others imply. */
export type Operations = ReadonlySet<Operation>;

/** Decodes the bit field in which brokers return authorized operations: the bit of each operation is its code. */
export function decodeOperations(bits: number): Operations {
  return new Set(operations.filter((operation) => (bits & (1 << AclOperations[operation])) !== 0));
}

/** What a principal may do, as the brokers report it. Nothing is tried. */
export type AuthorizedOperations = {
  /** Absent without DESCRIBE on the cluster: the brokers then report nothing, not even what is granted. */
  readonly cluster?: Operations;
  /** By topic. */
  readonly topics: ReadonlyMap<string, Operations>;
  /** Topics that were requested by name and that the principal may not DESCRIBE. */
  readonly forbidden: readonly string[];
};

const topicAuthorizationFailed = 29;

/**
 * Reads what the principal may do on the cluster and on topics, in one request. A topic that does not exist is left out.
 * @param names the topics; by default all that the principal may DESCRIBE, except Kafka's own
 * @throws UnreachableError when no bootstrap server answers
 */
export async function readAuthorizedOperations(
  connection: Connection,
  names: readonly string[] | null = null,
): Promise<AuthorizedOperations> {
  const { topics, clusterAuthorizedOperations } = await askBroker(connection, (broker) =>
    answerOf(metadataV9.api.async(broker, names && [...names], false, true, true)),
  );
  const cluster = decodeOperations(clusterAuthorizedOperations);
  return {
    ...(cluster.has("DESCRIBE") && { cluster }),
    topics: new Map(
      topics
        .filter(
          ({ errorCode, isInternal, partitions }) =>
            !isInternal && (errorCode === 0 || partitions.length > 0),
        )
        .map(({ name, topicAuthorizedOperations }) => [name, decodeOperations(topicAuthorizedOperations)]),
    ),
    forbidden: topics.flatMap(({ errorCode, name }) =>
      errorCode === topicAuthorizationFailed ? [name] : [],
    ),
  };
}

const groupAuthorizationFailed = 30;
/** The first group of a cluster has no coordinator until __consumer_offsets has leaders. */
const [coordinatorTimeoutMs, pollMs] = [5_000, 100];

/**
 * Reads what the principal may do with a consumer group, which need not exist.
 * @returns undefined if the group has no coordinator
 * @throws UnreachableError when no bootstrap server answers
 */
export async function readGroupOperations(
  connection: Connection,
  group: string,
): Promise<Operations | undefined> {
  const deadline = performance.now() + coordinatorTimeoutMs;
  while (performance.now() < deadline) {
    const { coordinators } = await askBroker(connection, (broker) =>
      answerOf(findCoordinatorV4.api.async(broker, FindCoordinatorKeyTypes.GROUP, [group])),
    );
    for (const { errorCode, host, port } of coordinators) {
      if (errorCode === groupAuthorizationFailed) return new Set();
      if (errorCode !== 0) continue;
      const coordinator = { ...connection, bootstrapServers: [joinAddress(host, port)] };
      const { groups } = await askBroker(coordinator, (broker) =>
        answerOf(describeGroupsV5.api.async(broker, [group], true)),
      );
      for (const answer of groups) {
        if (answer.errorCode === groupAuthorizationFailed) return new Set();
        if (answer.errorCode === 0) return decodeOperations(answer.authorizedOperations);
      }
    }
    await wait(pollMs);
  }
  return undefined;
}
