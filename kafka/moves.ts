import type { Connection } from "./connection.ts";
import { readLiveCluster } from "./live-cluster.ts";
import { type Reassignment, readReassignments } from "./reassignments.ts";
import { type ReplicaSizes, readReplicaSizes } from "./replica-sizes.ts";

/** A reassignment and how far along it is. */
export type Move = Reassignment & {
  /** What the new replicas have to copy together; undefined if the brokers do not report it. */
  readonly bytes?: number;
  /** What they have copied of it. */
  readonly copied?: number;
};

/**
 * Reads the reassignments in progress, and how far along they are.
 * @returns undefined if the principal may not DESCRIBE the cluster
 * @throws UnreachableError when no bootstrap server answers
 */
export async function readMoves(connection: Connection): Promise<Move[] | undefined> {
  const reassignments = await readReassignments(connection);
  if (!reassignments || reassignments.length === 0) return reassignments;
  const byTopic = Map.groupBy(reassignments, ({ topic }) => topic);
  const { addresses } = await readLiveCluster(connection, [...byTopic.keys()]);
  const partitions = new Map(
    [...byTopic].map(([topic, own]) => [topic, own.map(({ partition }) => partition)]),
  );
  const sizes = await readReplicaSizes(connection, addresses, partitions);
  return reassignments.map((reassignment) => ({ ...reassignment, ...measureMove(reassignment, sizes) }));
}

/** Compares the sizes of the new replicas with that of the largest complete one. */
export function measureMove(
  { topic, partition, replicas, adding }: Reassignment,
  sizes: ReplicaSizes,
): Pick<Move, "bytes" | "copied"> {
  const sizeOn = (broker: number) => sizes.get(broker)?.get(`${topic}:${partition}`);
  const complete = replicas.filter((broker) => !adding.includes(broker)).flatMap((id) => sizeOn(id) ?? []);
  if (complete.length === 0) return {};
  const size = Math.max(...complete);
  const copied = adding.reduce((sum, broker) => sum + Math.min(sizeOn(broker) ?? 0, size), 0);
  return { bytes: size * adding.length, copied };
}
