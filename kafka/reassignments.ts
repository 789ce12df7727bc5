import { listPartitionReassignmentsV0, ProtocolError } from "@platformatic/kafka";
import { answerOf } from "./answer.ts";
import { askBroker, type Broker } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { askUntilSettled, findTemporary } from "./retry.ts";

/** A partition whose replicas are moving from brokers to others, each by id. */
export type Reassignment = {
  readonly topic: string;
  readonly partition: number;
  /** All brokers that have a replica now, or are about to get one, the preferred leader first. */
  readonly replicas: readonly number[];
  /** The brokers that are copying the partition. */
  readonly adding: readonly number[];
  /** The brokers that delete their replica once the others have copied it. */
  readonly removing: readonly number[];
};

/** For the controller, which keeps the list in memory. */
const timeoutMs = 30_000;
const [none, clusterAuthorizationFailed] = [0, 31];

/**
 * Reads the reassignments in progress, with one request for the whole cluster.
 * @returns by topic and partition, in ascending order; undefined if the principal may not DESCRIBE the cluster
 * @throws UnreachableError when no bootstrap server answers; ProtocolError with any other error of the brokers
 */
export async function readReassignments(to: Connection | Broker): Promise<Reassignment[] | undefined> {
  const { errorCode, errorMessage, topics } = await askBroker(to, (broker) =>
    askUntilSettled(
      () => answerOf(listPartitionReassignmentsV0.api.async(broker, timeoutMs, null)),
      (answer) => findTemporary([answer], answer.throttleTimeMs),
    ),
  );
  if (errorCode === clusterAuthorizationFailed) return undefined;
  if (errorCode !== none) throw new ProtocolError(errorCode, errorMessage);
  return topics
    .flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, replicas, addingReplicas, removingReplicas }) => ({
        topic: name,
        partition: partitionIndex,
        replicas,
        adding: addingReplicas,
        removing: removingReplicas,
      })),
    )
    .sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
}
