import type { Assignment } from "./alter-reassignments.ts";
import { askBroker } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { type LiveCluster, readLiveCluster } from "./live-cluster.ts";
import { measureMove } from "./moves.ts";
import { keyOf } from "./place.ts";
import { type Reassignment, readReassignments } from "./reassignments.ts";
import { type LoadedBroker, placeReplicas, type ResizedPartition } from "./replica-placement.ts";
import { type ReplicaSizes, readReplicaSizes } from "./replica-sizes.ts";
import type { LiveTopic } from "./topic.ts";

/** A partition that brokers copy. */
export type Copy = {
  readonly topic: string;
  readonly partition: number;
  /** -1 if it has none. */
  readonly leader: number;
  /** The brokers that have its replicas. */
  readonly from: readonly number[];
  /** The brokers that copy it. */
  readonly to: readonly number[];
  /** How much each of them still has to copy, on average; undefined if it is unknown. */
  readonly bytes?: number | undefined;
};

/** How topics get other replication factors. */
export type MovePlan = {
  /** The reassignments to start. */
  readonly assignments: readonly Assignment[];
  /** The reassignments in progress that lead to the wanted factors, for example those of an interrupted update. */
  readonly resumed: readonly Reassignment[];
  /** The reassignments in progress that lead to others. */
  readonly conflicting: readonly Reassignment[];
  /** What the brokers copy in `assignments` and `resumed`. */
  readonly copies: readonly Copy[];
  /** The address of each broker that is up, by its id. */
  readonly addresses: ReadonlyMap<number, string>;
};

/**
 * Plans how topics get other replication factors: reads the replicas of all topics, their sizes and the reassignments in
 * progress.
 * @param factors the replication factors, by topic; a topic that does not exist is left out
 * @throws UnreachableError when no bootstrap server answers
 */
export async function planMoves(
  connection: Connection,
  factors: ReadonlyMap<string, number>,
): Promise<MovePlan> {
  const [cluster, reassignments] = await askBroker(connection, async (broker) => [
    await readLiveCluster(broker),
    await readReassignments(broker),
  ]);
  const sizes = await readReplicaSizes(connection, cluster.addresses);
  const moving = new Map(reassignments?.map((one) => [keyOf(one), one]));
  const isWanted = (one: Reassignment) => targetOf(one).length === factors.get(one.topic);
  const own = [...moving.values()].filter(({ topic }) => factors.has(topic));

  const partitions = cluster.topics
    .filter(({ name }) => factors.has(name))
    .flatMap(({ name: topic, partitions }) =>
      partitions.map((partition): ResizedPartition => {
        const key = keyOf({ topic, partition: partition.partition });
        const move = moving.get(key);
        const replicas = move ? targetOf(move) : partition.replicas;
        const factor = factors.get(topic) ?? replicas.length;
        return { ...partition, topic, replicas, factor, bytes: sizeOf(key, partition.inSyncReplicas, sizes) };
      }),
    );
  const placements = placeReplicas(loadsOf(cluster, sizes), partitions);
  const changed = placements.filter(({ topic, partition, replicas, factor }) => {
    return replicas.length !== factor && !moving.has(keyOf({ topic, partition }));
  });
  return {
    assignments: changed.map(({ topic, partition, target }) => ({ topic, partition, target })),
    resumed: own.filter(isWanted),
    conflicting: own.filter((one) => !isWanted(one)),
    copies: placements.flatMap(({ topic, partition, leader, bytes, replicas, target }): Copy[] => {
      const move = moving.get(keyOf({ topic, partition }));
      if (move && !isWanted(move)) return [];
      const to = move ? move.adding : target.filter((id) => !replicas.includes(id));
      const from = move ? move.replicas.filter((id) => !to.includes(id)) : replicas;
      const left = move ? leftOf(move, sizes) : bytes;
      return to.length > 0 ? [{ topic, partition, leader, from, to, bytes: left }] : [];
    }),
    addresses: cluster.addresses,
  };
}

/** The brokers that have the replicas of a partition once its reassignment is complete. */
function targetOf({ replicas, removing }: Reassignment): readonly number[] {
  return replicas.filter((id) => !removing.includes(id));
}

/** How much each of its new brokers still has to copy in a move, on average. */
function leftOf(move: Reassignment, sizes: ReplicaSizes): number | undefined {
  const { bytes, copied = 0 } = measureMove(move, sizes);
  return bytes === undefined ? undefined : Math.ceil((bytes - copied) / move.adding.length);
}

/** The size of the largest of some replicas. */
function sizeOf(key: string, brokers: readonly number[], sizes: ReplicaSizes): number | undefined {
  const known = brokers.flatMap((id) => sizes.get(id)?.get(key) ?? []);
  return known.length > 0 ? Math.max(...known) : undefined;
}

/** What each broker that is up has of these topics. */
export function loadsOf(
  { brokers, racks, topics }: Pick<LiveCluster, "brokers" | "racks" | "topics">,
  sizes: ReplicaSizes,
): LoadedBroker[] {
  const all = topics.flatMap(({ partitions }: LiveTopic) => partitions.flatMap(({ replicas }) => replicas));
  const counts = Map.groupBy(all, (id) => id);
  return brokers.map((id) => ({
    id,
    rack: racks.get(id),
    replicas: counts.get(id)?.length ?? 0,
    bytes: [...(sizes.get(id)?.values() ?? [])].reduce((sum, size) => sum + size, 0),
  }));
}

/** What copying takes. */
export type CopyEstimate = {
  /** The brokers that copy partitions, in ascending order. */
  readonly brokers: readonly number[];
  /** How much they copy together; absent if it is unknown. */
  readonly bytes?: number;
  /** How long that takes at least at the throttle; absent without one. */
  readonly ms?: number;
};

/**
 * Estimates what copying takes.
 * @param bytesPerSecond the throttle, which applies to what each broker sends and to what it receives
 */
export function estimateCopies(copies: readonly Copy[], bytesPerSecond?: number): CopyEstimate {
  const brokers = [...new Set(copies.flatMap(({ to }) => to))].sort((a, b) => a - b);
  const [sent, received] = [new Map<number, number>(), new Map<number, number>()];
  let total = 0;
  for (const { leader, to, bytes } of copies) {
    if (bytes === undefined) return { brokers };
    total += bytes * to.length;
    sent.set(leader, (sent.get(leader) ?? 0) + bytes * to.length);
    for (const id of to) received.set(id, (received.get(id) ?? 0) + bytes);
  }
  const most = Math.max(0, ...sent.values(), ...received.values());
  return {
    brokers,
    bytes: total,
    ...(bytesPerSecond !== undefined && { ms: Math.ceil(most / bytesPerSecond) * 1000 }),
  };
}
