import type { Assignment } from "./alter-reassignments.ts";
import type { Connection } from "./connection.ts";
import { readLiveCluster } from "./live-cluster.ts";
import { loadsOf } from "./plan-moves.ts";
import { placeReplicas, type ResizedPartition } from "./replica-placement.ts";
import { readReplicaSizes } from "./replica-sizes.ts";

/** Partitions that were just added to a topic: those from this number on, below its new partition count. */
export type AddedPartitions = { readonly topic: string; readonly from: number; readonly count: number };

/**
 * Plans on which brokers partitions that were just added should be, by the rules of `placeReplicas`: the controller spreads
 * them over the racks, but does not consider the brokers' load.
 * @returns the assignments of those that should be elsewhere; undefined if the broker does not know all of them yet
 * @throws UnreachableError when no bootstrap server answers
 */
export async function planAdded(
  connection: Connection,
  added: readonly AddedPartitions[],
): Promise<Assignment[] | undefined> {
  const cluster = await readLiveCluster(connection);
  const live = new Map(cluster.topics.map(({ name, partitions }) => [name, partitions]));
  if (added.some(({ topic, count }) => (live.get(topic)?.length ?? 0) < count)) return undefined;

  const firsts = new Map(added.map(({ topic, from }) => [topic, from]));
  // Where the controller has put the added partitions does not count as load.
  const before = cluster.topics.map((topic) => ({
    ...topic,
    partitions: topic.partitions.slice(0, firsts.get(topic.name)),
  }));
  const sizes = await readReplicaSizes(connection, cluster.addresses);
  const partitions = added.flatMap(({ topic, from }) =>
    (live.get(topic) ?? []).map((partition): ResizedPartition => {
      const resized = { ...partition, topic, factor: partition.replicas.length };
      return partition.partition < from
        ? resized
        : { ...resized, leader: -1, replicas: [], inSyncReplicas: [] };
    }),
  );
  return placeReplicas(loadsOf({ ...cluster, topics: before }, sizes), partitions)
    .filter(({ target, factor }) => target.length === factor)
    .map(({ topic, partition, target }) => ({ topic, partition, target }))
    .filter(
      ({ topic, partition, target }) => live.get(topic)?.[partition]?.replicas.join() !== target.join(),
    );
}
