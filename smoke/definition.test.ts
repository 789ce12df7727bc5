import { expect, test } from "vitest";
import type { TopicSpec } from "../kafka/topic.ts";
import { checkDefinition, type Live } from "./definition.ts";

const deployed: TopicSpec = {
  name: "orders",
  partitions: 2,
  replicationFactor: 2,
  config: { "retention.ms": "1000" },
  smoke: "produce",
};

function check(live: Partial<Live>, ...replicas: number[][]) {
  const partitions = replicas.map((ids, partition) => ({
    partition,
    leader: 1,
    replicas: ids,
    inSyncReplicas: ids,
  }));
  const values = new Map([["retention.ms", "1000"]]);
  const configs = { values, own: new Set(["retention.ms"]) };
  const topic = { name: "orders", internal: false, partitions, mayDelete: true };
  const checks = checkDefinition(deployed, { topic, forbidden: false, configs, ...live }, "User:ada");
  return checks.filter(({ verdict }) => verdict !== "passed").map(({ name, cause }) => `${name}: ${cause}`);
}

test("A topic as deployed passes", () => {
  expect(check({}, [1, 2], [2, 3])).toEqual([]);
});

test("One partition with another number of replicas fails the replication factor", () => {
  expect(check({}, [1, 2], [2])).toEqual([
    expect.stringContaining("replication factor: its partitions have 1 and 2 replicas where 2 are deployed"),
  ]);
});

test("A topic that may not be seen is not taken for missing", () => {
  expect(check({ topic: undefined, forbidden: true })).toEqual([
    expect.stringContaining("exists: User:ada may not see the topic"),
  ]);
});

test("Configs that may not be compared fail, with the permission that is missing", () => {
  expect(check({ configs: undefined }, [1, 2], [2, 3])).toEqual([
    expect.stringContaining(
      "configs: User:ada may not compare the configs. Grant it DESCRIBE_CONFIGS on topic orders.",
    ),
  ]);
});
