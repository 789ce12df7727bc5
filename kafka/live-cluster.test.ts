import { expect, test } from "vitest";
import { findDownBrokers } from "./live-cluster.ts";

test("The brokers that hold replicas but are not up are found, each once", () => {
  const partition = { partition: 0, leader: 1, inSyncReplicas: [1] };
  const topics = [[1, 4], [3, 1, 4], [2]].map((replicas, at) => ({
    ...{ name: `t${at}`, internal: false, mayDelete: true },
    partitions: [{ ...partition, replicas }],
  }));
  expect(findDownBrokers({ brokers: [1, 2], topics })).toEqual([3, 4]);
  expect(findDownBrokers({ brokers: [1, 2, 3, 4], topics })).toEqual([]);
});
