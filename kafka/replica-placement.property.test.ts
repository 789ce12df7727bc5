import fc from "fast-check";
import { expect } from "vitest";
import { testProperty } from "../test/property.ts";
import {
  type LoadedBroker,
  type Placement,
  placeReplicas,
  type ResizedPartition,
} from "./replica-placement.ts";

const brokers = fc
  .array(
    fc.record({
      rack: fc.constantFrom("a", "b", "c", undefined),
      replicas: fc.nat(20),
      bytes: fc.nat(3),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((loads): LoadedBroker[] => loads.map((load, at) => ({ id: at + 1, ...load })));

/** The replicas of a partition; none if it was just added. */
const partitionsOf = (ids: readonly number[]) =>
  fc.shuffledSubarray([...ids]).chain((replicas) =>
    fc.record({
      replicas: fc.constant(replicas),
      inSyncReplicas: fc.subarray(replicas, { minLength: Math.min(1, replicas.length) }),
      hasLeader: fc.boolean(),
      bytes: fc.option(fc.nat(5), { nil: undefined }),
    }),
  );

/** Brokers, of which the last one or two may be down, and the partitions of a topic, each with another replica count. */
const clusters = brokers.chain((up) =>
  fc.record({
    up: fc.constant(up),
    factor: fc.integer({ min: 1, max: up.length }),
    partitions: fc.array(partitionsOf([...up.map(({ id }) => id), 101, 102]), {
      minLength: 1,
      maxLength: 12,
    }),
  }),
);

type Generated = typeof clusters extends fc.Arbitrary<infer Case> ? Case : never;

function place({ up, factor, partitions }: Generated): Placement[] {
  const resized = partitions.map(
    ({ hasLeader, ...own }, partition): ResizedPartition => ({
      topic: "orders",
      partition,
      factor,
      leader: hasLeader ? (own.inSyncReplicas[0] ?? -1) : -1,
      ...own,
    }),
  );
  return placeReplicas(up, resized);
}

testProperty(
  "A raised replication factor keeps every replica, and adds different brokers that are up",
  clusters,
  (cluster) => {
    const up = cluster.up.map(({ id }) => id);
    for (const { replicas, factor, target } of place(cluster)) {
      if (replicas.length > factor) continue;
      expect(target).toHaveLength(factor);
      expect(new Set(target).size).toBe(factor);
      expect(target).toEqual(expect.arrayContaining([...replicas]));
      expect([...up, ...replicas]).toEqual(expect.arrayContaining([...target]));
    }
  },
);

testProperty(
  "A new replica shares a rack only if no broker that is up would share it with fewer replicas of the partition",
  clusters,
  (cluster) => {
    const rackOf = (id: number) => cluster.up.find((broker) => broker.id === id)?.rack ?? id;
    for (const { replicas, factor, target } of place(cluster)) {
      if (replicas.length >= factor) continue;
      const inRackOf = (id: number) => target.filter((other) => rackOf(other) === rackOf(id)).length;
      const added = target.filter((id) => !replicas.includes(id));
      const unused = cluster.up.map(({ id }) => id).filter((id) => !target.includes(id));
      for (const id of added)
        for (const other of unused) expect(inRackOf(id)).toBeLessThan(inRackOf(other) + 2);
    }
  },
);

testProperty(
  "A lowered replication factor keeps the leader, and drops a replica in sync only after all that are not",
  clusters,
  (cluster) => {
    for (const { replicas, factor, target, leader, inSyncReplicas } of place(cluster)) {
      if (replicas.length < factor) continue;
      expect(target).toHaveLength(factor);
      expect(replicas).toEqual(expect.arrayContaining([...target]));
      if (leader >= 0) expect(target).toContain(leader);
      const inSync = target.filter((id) => inSyncReplicas.includes(id)).length;
      expect(inSync).toBe(Math.min(factor, inSyncReplicas.length));
    }
  },
);

testProperty(
  "If all replicas are in sync, a lowered replication factor leaves a rack only when no two replicas share one",
  clusters,
  (cluster) => {
    const rackOf = (id: number) => cluster.up.find((broker) => broker.id === id)?.rack ?? id;
    for (const { replicas, factor, target, leader, inSyncReplicas } of place(cluster)) {
      if (replicas.length <= factor || inSyncReplicas.length < replicas.length) continue;
      const racks = new Set(target.map(rackOf));
      const all = new Set(replicas.map(rackOf));
      const isSpread = racks.size === Math.min(factor, all.size);
      expect(isSpread, `${replicas} with leader ${leader}, now ${target}`).toBe(true);
    }
  },
);

testProperty(
  "No exchange of preferred leaders would balance them better, and a partition of the wanted size does not change",
  clusters,
  (cluster) => {
    const placements = place(cluster);
    const led = (id: number | undefined) => placements.filter(({ target }) => target[0] === id).length;
    for (const { replicas, factor, target } of placements) {
      if (replicas.length === factor) expect(target).toEqual(replicas);
      else for (const id of target) expect(led(target[0]) - led(id)).toBeLessThan(2);
    }
  },
);

const loads = fc.array(fc.nat(9), { minLength: 3, maxLength: 8 });
testProperty("Without racks, new replicas go to the brokers with the fewest replicas", loads, (counts) => {
  const up = counts.map((replicas, at) => ({ id: at + 1, replicas, bytes: 0 }));
  const grown = { topic: "orders", partition: 0, factor: 3, leader: 1, replicas: [1], inSyncReplicas: [1] };
  const [placement] = placeReplicas(up, [grown]);
  const others = up.slice(1).sort((a, b) => a.replicas - b.replicas || a.id - b.id);
  expect(placement?.target.toSorted()).toEqual([1, ...others.slice(0, 2).map(({ id }) => id)].sort());
});
