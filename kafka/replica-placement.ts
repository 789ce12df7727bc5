import type { LivePartition } from "./topic.ts";

/** A broker that is up, and what it has of all topics. */
export type LoadedBroker = {
  readonly id: number;
  /** Its `broker.rack`; without one, the broker counts as a rack of its own. */
  readonly rack?: string | undefined;
  /** How many replicas it has. */
  readonly replicas: number;
  /** How many bytes these replicas take, as far as that is known. */
  readonly bytes: number;
};

/** A partition, and how many replicas it is to have. */
export type ResizedPartition = LivePartition & {
  readonly topic: string;
  readonly factor: number;
  /** How many bytes each new replica has to copy; undefined if that is unknown. */
  readonly bytes?: number | undefined;
};

/** A partition, and the brokers that are to have its replicas, by id, the preferred leader first. */
export type Placement = ResizedPartition & { readonly target: readonly number[] };

/**
 * Chooses brokers for the replicas of partitions. Replicas stay where they are, and new ones go to the rack with the fewest
 * replicas of the partition, there to the broker with the fewest replicas of all, then with the fewest bytes. Replicas that
 * are not in sync are dropped first, then those that share a rack, then those on the most loaded brokers; the leader stays.
 * @param brokers that are up; no other one gets a replica
 * @param partitions all of each topic, so that they share its preferred leaders; only those with another replica count change
 * @returns the partitions in this order; with fewer replicas than wanted if there are too few brokers
 */
export function placeReplicas(
  brokers: readonly LoadedBroker[],
  partitions: readonly ResizedPartition[],
): Placement[] {
  const loads = new Map(brokers.map(({ id, replicas, bytes }) => [id, { replicas, bytes }]));
  const racks = new Map(brokers.map(({ id, rack }) => [id, rack]));
  const rackOf = (id: number) => racks.get(id) ?? id;
  const load = (id: number, count: 1 | -1, { bytes = 0 }: ResizedPartition) => {
    const own = loads.get(id);
    if (!own) return;
    own.replicas += count;
    own.bytes += count * bytes;
  };
  const sameRack = (id: number, target: readonly number[]) =>
    target.filter((other) => rackOf(other) === rackOf(id)).length;
  const loadOf = (id: number) => {
    const { replicas = 0, bytes = 0 } = loads.get(id) ?? {};
    return [replicas, bytes] as const;
  };

  const targets = partitions.map((partition): number[] => {
    const { factor, leader, inSyncReplicas } = partition;
    const target = [...partition.replicas];
    while (target.length < factor) {
      const free = brokers.flatMap(({ id }) => (target.includes(id) ? [] : [id]));
      const added = first(free, (id) => [sameRack(id, target), ...loadOf(id), id]);
      if (added === undefined) break;
      target.push(added);
      load(added, 1, partition);
    }
    while (target.length > factor) {
      const isInSync = (id: number) => Number(inSyncReplicas.includes(id));
      const others = target.filter((id) => id !== leader);
      const dropped = first(others, (id) => [
        isInSync(id),
        -sameRack(id, target),
        ...loadOf(id).map((size) => -size),
        -target.indexOf(id),
      ]);
      if (dropped === undefined) break;
      target.splice(target.indexOf(dropped), 1);
      load(dropped, -1, partition);
    }
    return target;
  });
  const placements = partitions.map((partition, at) => ({ ...partition, target: targets[at] ?? [] }));
  for (const own of Map.groupBy(placements, ({ topic }) => topic).values()) balanceLeaders(own);
  return placements;
}

/** Makes another replica the preferred leader wherever a broker is that of two more partitions than the broker of that replica. */
function balanceLeaders(placements: readonly (ResizedPartition & { readonly target: number[] })[]): void {
  const led = new Map<number, number>();
  const ledBy = (id: number) => led.get(id) ?? 0;
  const count = (id: number, more: 1 | -1) => led.set(id, ledBy(id) + more);
  for (const { target } of placements) for (const id of target.slice(0, 1)) count(id, 1);
  const resized = placements.filter(({ replicas, factor }) => replicas.length !== factor);
  // Each exchange makes the counts more equal, so this ends.
  for (let isBalanced = false; !isBalanced; ) {
    isBalanced = true;
    for (const { target } of resized) {
      const [leader] = target;
      const least = first(target, (id) => [ledBy(id)]);
      if (leader === undefined || least === undefined || ledBy(leader) - ledBy(least) < 2) continue;
      target.splice(target.indexOf(least), 1);
      target.unshift(least);
      count(leader, -1);
      count(least, 1);
      isBalanced = false;
    }
  }
}

/** Returns the id with the lowest ranks, of which earlier ones count more. */
function first(ids: readonly number[], ranksOf: (id: number) => readonly number[]): number | undefined {
  const [lowest] = ids
    .map((id) => ({ id, ranks: ranksOf(id) }))
    .sort(({ ranks: a }, { ranks: b }) => {
      const at = a.findIndex((rank, index) => rank !== b[index]);
      return (a[at] ?? 0) - (b[at] ?? 0);
    });
  return lowest?.id;
}
