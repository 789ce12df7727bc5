import { expect, test } from "vitest";
import { describeProblem } from "../kafka/refused-error.ts";
import { parseTopic } from "./parse-topic.ts";

function problems(name: string, entry: unknown): string[] {
  const parsed = parseTopic("infra/topics/a.ts", name, entry);
  return Array.isArray(parsed) ? parsed.map(describeProblem) : [];
}

test("A topic needs only its partition count", () => {
  expect(parseTopic("infra/topics/a.ts", "orders", { partitions: 6 })).toEqual({ partitions: 6 });
});

const refusals: [string, unknown, string][] = [
  ["a b", { partitions: 1 }, "name: given 'a b', allowed: 1 to 249 letters"],
  ["x".repeat(250), { partitions: 1 }, "name: given"],
  ["__consumer_offsets", { partitions: 1 }, "allowed: a name that is not one of Kafka's own topics"],
  [
    "a",
    { partitions: 2 ** 32 + 3 },
    "a.partitions: given 4294967299, allowed: a whole number from 1 to 2147483647",
  ],
  ["..", { partitions: 1 }, "name: given '..'"],
  [
    "constructor",
    { partitions: 1 },
    "name: given 'constructor', allowed: a name that is not a property of every JavaScript",
  ],
  ["a", { partitions: 1.5 }, "a.partitions: given 1.5, allowed: a whole number of at least 1"],
  [
    "a",
    { partitions: 1, replicationFactor: 0 },
    "a.replicationFactor: given 0, allowed: a whole number of at least 1",
  ],
  ["a", { partitions: 1, partition: 1 }, "a.partition: given 1, allowed: a known key, perhaps partitions"],
  [
    "a",
    { partitions: 1, smoke: "off" },
    'a.smoke: given \'off\', allowed: "produce", "dry-run", "metadata" or { off: "why" }',
  ],
  ["a", { partitions: 1, sample: () => {} }, "a.sample: given [Function: sample], allowed: a JSON value"],
  [
    "a",
    { partitions: 1, config: { "retention.mss": 1 } },
    'a.config["retention.mss"]: given 1, allowed: a known key, perhaps retention.ms',
  ],
  [
    "a",
    { partitions: 1, config: { "retention.ms": -2 } },
    'a.config["retention.ms"]: given -2, allowed: a whole number of at least -1',
  ],
  [
    "a",
    { partitions: 1, config: { "cleanup.policy": "keep" } },
    'given \'keep\', allowed: one of "compact", "delete"',
  ],
  [
    "a",
    { partitions: 1, config: { "retention.ms": 2 ** 53 } },
    'a.config["retention.ms"]: given 9007199254740992, allowed: a whole number; above 9007199254740991 as a BigInt',
  ],
  [
    "a",
    { partitions: 1, otherConfig: { "retention.ms": "1" } },
    "a.otherConfig[\"retention.ms\"]: given '1', allowed: another config: set retention.ms in config, which checks its value",
  ],
  [
    "a",
    { partitions: 1, otherConfig: { "vendor tier": "1" } },
    'a.otherConfig["vendor tier"]: given \'1\', allowed: the name of a config: letters, digits, ".", "_" and "-"',
  ],
  [
    "a",
    { partitions: 1, otherConfig: { "vendor.tier": 1 } },
    'a.otherConfig["vendor.tier"]: given 1, allowed: text',
  ],
  [
    "a",
    { partitions: 1, exempt: { maxPartition: "why" } },
    "a.exempt[\"maxPartition\"]: given 'why', allowed: a known key, perhaps maxPartitions",
  ],
  [
    "a",
    { partitions: 1, exempt: { maxPartitions: "" } },
    "a.exempt[\"maxPartitions\"]: given '', allowed: text on one line, with 1 to 1000 characters",
  ],
  [
    "a",
    { partitions: 1, owner: "pay\nments" },
    "a.owner: given 'pay\\nments', allowed: text on one line, with 1 to 100 characters",
  ],
  [
    "a",
    { partitions: 1, stacks: "prod" },
    "a.stacks: given 'prod', allowed: a list of stacks, for example [\"prod\"], or the changes by stack",
  ],
  ["a", { partitions: 1, stacks: [] }, "a.stacks: given [], allowed: at least one stack"],
  ["a", { partitions: 1, stacks: [1] }, 'a.stacks["0"]: given 1, allowed: the name of a stack'],
  [
    "a",
    { partitions: 1, stacks: { dev: true } },
    'a.stacks["dev"]: given true, allowed: the fields that differ, or false',
  ],
  [
    "a",
    { partitions: 1, stacks: { dev: { partitions: 0 } } },
    'a.stacks["dev"]["partitions"]: given 0, allowed: a whole number of at least 1',
  ],
  [
    "a",
    { partitions: 1, stacks: { dev: { config: { "retention.mss": null } } } },
    'a.stacks["dev"]["config"]["retention.mss"]: given null, allowed: a known key, perhaps retention.ms',
  ],
  [
    "a",
    { partitions: 1, stacks: { dev: { stacks: ["prod"] } } },
    'a.stacks["dev"]["stacks"]: given [ \'prod\' ], allowed: a known key, one of ',
  ],
];
for (const [name, entry, said] of refusals) {
  test(`Refused: ${said}`, () => {
    expect(problems(name, entry)).toEqual([expect.stringContaining(said)]);
  });
}

test("All problems of a topic are reported together", () => {
  expect(problems("a b", { partitions: 0, replicationFactor: 0, config: { nonsense: 1 } })).toHaveLength(4);
});
