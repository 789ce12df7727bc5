import { expect, test } from "vitest";
import type { LiveTopic } from "./topic.ts";
import { findDifferences } from "./topic-difference.ts";

const spec = { name: "a", partitions: 2, replicationFactor: 2, config: { "retention.ms": "1000" } };

/** A topic on the cluster with these replica counts, one per partition. */
function liveTopic(replicas: number[], values: Record<string, string>, own = Object.keys(values)): LiveTopic {
  const partitions = replicas.map((count, partition) => {
    const ids = Array.from({ length: count }, (_, id) => id);
    return { partition, leader: 0, replicas: ids, inSyncReplicas: ids };
  });
  const configs = { values: new Map(Object.entries(values)), own: new Set(own) };
  return { name: "a", internal: false, mayDelete: true, partitions, configs };
}

test("A topic that matches its spec has no difference", () => {
  expect(findDifferences(spec, liveTopic([2, 2], { "retention.ms": "1000" }))).toEqual([]);
});

test("A topic that is not on the cluster has one difference: it is missing", () => {
  expect(findDifferences(spec, undefined)).toEqual([{ code: "TOPIC_MISSING" }]);
});

test("Partition count, replication factor and configs are compared, except a replication throttle", () => {
  const throttle = { "leader.replication.throttled.replicas": "*" };
  const live = liveTopic([3, 3, 3], { "retention.ms": "2000", "segment.ms": "7", ...throttle });
  expect(findDifferences(spec, live)).toEqual([
    { code: "PARTITION_COUNT_DIFFERS", expected: 2, observed: 3 },
    { code: "REPLICATION_FACTOR_DIFFERS", expected: 2, observed: 3 },
    { code: "CONFIG_CHANGED_BY_HAND", key: "retention.ms", expected: "1000", observed: "2000" },
    { code: "CONFIG_ADDED_BY_HAND", key: "segment.ms", expected: undefined, observed: "7" },
  ]);
});

test("Partitions with different replica counts are a separate difference, in any order", () => {
  const config = { "retention.ms": "1000" };
  for (const counts of [
    [2, 3],
    [3, 2],
  ])
    expect(findDifferences(spec, liveTopic(counts, config))).toEqual([
      { code: "REPLICATION_FACTOR_UNEVEN", expected: 2, observed: [2, 3] },
    ]);
});

test("The replicas of a partition that is moving are counted as they are after the move", () => {
  const live = liveTopic([2, 2], spec.config);
  const moving = (from: number[], to: number[]) => ({
    ...live,
    partitions: live.partitions.map((one) =>
      one.partition === 1 ? { ...one, replicas: [...one.replicas, ...to], move: { from, to } } : one,
    ),
  });
  expect(findDifferences(spec, moving([0], [7]))).toEqual([]);
  expect(findDifferences(spec, moving([], [7]))).toEqual([
    { code: "REPLICATION_FACTOR_UNEVEN", expected: 2, observed: [2, 3] },
  ]);
});

test("A config that was removed by hand is a difference, even if the cluster's default is the same", () => {
  expect(findDifferences(spec, liveTopic([2, 2], { "retention.ms": "1000" }, []))).toEqual([
    { code: "CONFIG_REMOVED_BY_HAND", key: "retention.ms", expected: "1000", observed: "1000" },
  ]);
});

test("Unknown configs are not compared", () => {
  const { configs: _, ...live } = liveTopic([2, 2], {});
  expect(findDifferences(spec, live)).toEqual([]);
});
