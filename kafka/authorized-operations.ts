import { AclOperations } from "@platformatic/kafka";
import type { Connection } from "./connection.ts";
import { requestMetadata } from "./metadata.ts";

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

/** The type of the resource to which an ACL applies. */
export type Resource = "topic" | "group" | "cluster";

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

/**
 * Reads what the principal may do on the cluster and on topics, in one request. A topic that does not exist is left out.
 * @param names the topics; by default all that the principal may DESCRIBE, except Kafka's own
 * @throws UnreachableError when no bootstrap server answers
 */
export async function readAuthorizedOperations(
  connection: Connection,
  names: readonly string[] | null = null,
): Promise<AuthorizedOperations> {
  const { topics, forbidden, clusterAuthorizedOperations } = await requestMetadata(connection, names);
  const cluster = decodeOperations(clusterAuthorizedOperations);
  return {
    ...(cluster.has("DESCRIBE") && { cluster }),
    topics: new Map(
      topics
        .filter(({ isInternal }) => !isInternal)
        .map(({ name, topicAuthorizedOperations }) => [name, decodeOperations(topicAuthorizedOperations)]),
    ),
    forbidden,
  };
}
