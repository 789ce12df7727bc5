import { expect, test } from "vitest";
import { findObstacles } from "./obstacles.ts";
import { describeObstacle } from "./wording.ts";

/** Finds why a topic with two partitions and these replica counts cannot be declared. */
function obstacles(
  change: { name?: string; config?: Record<string, string> },
  declared: string[] = [],
  replicas = [2, 2],
): string[] {
  const partitions = replicas.map((count, partition) => {
    const ids = Array.from({ length: count }, (_, id) => id);
    return { partition, leader: 0, replicas: ids, inSyncReplicas: ids };
  });
  const topic = { name: "orders", partitions: 2, replicationFactor: 2, config: {}, ...change };
  return findObstacles({ partitions }, topic, declared).map(describeObstacle);
}

test("A topic that a catalogue can declare has no obstacle", () => {
  const config = { "cleanup.policy": "compact,delete", "retention.ms": "-1", "min.insync.replicas": "2" };
  const others = { "vendor.tier": "hot", constructor: "x", "flush.messages": "9007199254740993" };
  expect(obstacles({ config: { ...config, ...others } }, ["orders.eu", "orders"])).toEqual([]);
});

test.for([
  [
    { config: { "compression.type": "brotli" } },
    'compression.type is "brotli", which a catalogue cannot express',
  ],
  [
    { config: { "vendor.tier": "hot\0" } },
    'orders.otherConfig["vendor.tier"]: allowed: text without control characters',
  ],
  [
    { config: { "min.insync.replicas": "3" } },
    "min.insync.replicas is 3, allowed: at most the replication factor, 2: no write with acks=all could succeed",
  ],
  [
    { config: { "min.compaction.lag.ms": "2", "max.compaction.lag.ms": "1" } },
    "min.compaction.lag.ms is 2, allowed: at most max.compaction.lag.ms, 1",
  ],
  [
    { name: "toString" },
    "name: allowed: a name that is not a property of every JavaScript object: JavaScript clients cannot read the topic",
  ],
] as const)("%o: %s", ([change, reason]) => {
  expect(obstacles(change)).toEqual([reason]);
});

test("Every obstacle is reported", () => {
  const config = { "vendor.tier": "hot\0", "min.insync.replicas": "3" };
  expect(obstacles({ config })).toHaveLength(2);
});

test("Partitions with different numbers of replicas are an obstacle", () => {
  expect(obstacles({}, [], [2, 3])).toEqual([
    "its partitions have 2 and 3 replicas, perhaps because of a reassignment",
  ]);
});

test("A declared topic with the same metric name is an obstacle", () => {
  expect(obstacles({ name: "orders.eu" }, ["orders_eu"])).toEqual([
    'the catalogue declares orders_eu, which differs only in "." and "_"',
  ]);
});
