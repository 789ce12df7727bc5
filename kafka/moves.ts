import { askBroker, ignoreBrokerError } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { type ConfiguredCluster, type LiveCluster, readLiveCluster } from "./live-cluster.ts";
import { keyOf } from "./place.ts";
import { type Reassignment, readReassignments } from "./reassignments.ts";
import { type ReplicaSizes, readReplicaSizes } from "./replica-sizes.ts";
import type { LiveTopic, PartitionMove } from "./topic.ts";

/** A reassignment and how far along it is. */
export type Move = Reassignment & Pick<PartitionMove, "bytes" | "copied" | "down">;

/** For each answer about the moves of known topics, which only explain what else was read. */
const explanationTimeoutMs = 3_000;

/**
 * Reads the reassignments in progress, and how far along they are.
 * @returns undefined if the principal may not DESCRIBE the cluster
 * @throws UnreachableError when no bootstrap server answers
 */
export async function readMoves(connection: Connection): Promise<Move[] | undefined> {
  const reassignments = await readReassignments(connection);
  if (!reassignments || reassignments.length === 0) return reassignments;
  const names = [...new Set(reassignments.map(({ topic }) => topic))];
  return measureMoves(connection, await readLiveCluster(connection, names), reassignments);
}

/**
 * Adds the moves in progress to the topics of a cluster. The brokers are asked only if a replica is out of sync, as one that is
 * being copied always is. What they do not return in time, or only to a principal that may DESCRIBE the cluster, is left out.
 */
export async function withMoves(
  connection: Connection,
  cluster: ConfiguredCluster,
): Promise<ConfiguredCluster> {
  const moves = await readMovesOf(connection, cluster);
  if (moves.length === 0) return cluster;
  const known = new Map(moves.map((move) => [keyOf(move), move]));
  const add = <Topic extends LiveTopic>({ partitions, ...topic }: Topic) => ({
    ...topic,
    partitions: partitions.map((partition) => {
      const move = known.get(keyOf({ topic: topic.name, partition: partition.partition }));
      return move ? { ...partition, replicas: move.replicas, move: toPartitionMove(move) } : partition;
    }),
  });
  return {
    ...cluster,
    topics: cluster.topics.map(add),
    configured: new Map([...cluster.configured].map(([name, topic]) => [name, add(topic)])),
  };
}

async function readMovesOf(
  connection: Connection,
  cluster: Pick<LiveCluster, "topics" | "addresses">,
): Promise<Move[]> {
  const suspects = new Set(cluster.topics.filter(isOutOfSync).map(({ name }) => name));
  if (suspects.size === 0) return [];
  const timeoutMs = Math.min(connection.timeoutMs, explanationTimeoutMs);
  const hurried = { ...connection, timeoutMs };
  // Without a controller, no broker answers, so the next one is not asked.
  const all = await askBroker(hurried, (broker) => readReassignments(broker).catch(ignoreBrokerError)).catch(
    ignoreBrokerError,
  );
  const own = (all ?? []).filter(({ topic }) => suspects.has(topic));
  return own.length > 0 ? measureMoves(hurried, cluster, own) : [];
}

function isOutOfSync({ partitions }: LiveTopic): boolean {
  return partitions.some(({ replicas, inSyncReplicas }) => inSyncReplicas.length < replicas.length);
}

/** Converts a move to that of a known partition. */
export function toPartitionMove({ removing, adding, bytes, copied, down }: Move): PartitionMove {
  return {
    from: removing,
    to: adding,
    ...(bytes !== undefined && copied !== undefined && { bytes, copied }),
    ...(down && { down }),
  };
}

async function measureMoves(
  connection: Connection,
  { topics, addresses }: Pick<LiveCluster, "topics" | "addresses">,
  reassignments: readonly Reassignment[],
): Promise<Move[]> {
  const involved = new Set(reassignments.flatMap(({ replicas }) => replicas));
  const asked = new Map([...addresses].filter(([id]) => involved.has(id)));
  const partitions = Map.groupBy(reassignments, ({ topic }) => topic);
  const sizes = await readReplicaSizes(
    connection,
    asked,
    new Map([...partitions].map(([topic, own]) => [topic, own.map(({ partition }) => partition)])),
  );
  const leaders = new Map(
    topics.flatMap(({ name: topic, partitions }) =>
      partitions.map(({ partition, leader }) => [keyOf({ topic, partition }), leader] as const),
    ),
  );
  return reassignments.map((reassignment) => {
    const down = findAwaited(reassignment, [...addresses.keys()], leaders.get(keyOf(reassignment)));
    return {
      ...reassignment,
      ...measureMove(reassignment, sizes),
      ...(down.length > 0 && { down }),
    };
  });
}

/**
 * Finds the brokers for which a move waits: those that have to copy and are down, and, if no broker leads the partition, also
 * those that have a replica. Otherwise, the leader sends what the others copy.
 * @param up the brokers that are up
 * @param leader -1 if there is none, undefined if it is unknown
 */
export function findAwaited(
  { replicas, adding }: Pick<Reassignment, "replicas" | "adding">,
  up: readonly number[],
  leader: number | undefined,
): number[] {
  return replicas
    .filter((id) => !up.includes(id) && (leader === -1 || adding.includes(id)))
    .sort((a, b) => a - b);
}

/** Compares the sizes of the new replicas with that of the largest complete one. */
export function measureMove(
  { topic, partition, replicas, adding }: Reassignment,
  sizes: ReplicaSizes,
): Pick<Move, "bytes" | "copied"> {
  const sizeOn = (broker: number) => sizes.get(broker)?.get(keyOf({ topic, partition }));
  const complete = replicas.filter((broker) => !adding.includes(broker)).flatMap((id) => sizeOn(id) ?? []);
  if (complete.length === 0) return {};
  const size = Math.max(...complete);
  const copied = adding.reduce((sum, broker) => sum + Math.min(sizeOn(broker) ?? 0, size), 0);
  return { bytes: size * adding.length, copied };
}
