import fc from "fast-check";
import { expect } from "vitest";
import { describeProblem } from "../kafka/refused-error.ts";
import { testProperty } from "../test/property.ts";
import { parseTopic } from "./parse-topic.ts";
import { resolveTopics } from "./resolve.ts";
import { readStack } from "./stack.ts";

const config = fc.record(
  {
    "retention.ms": fc.constantFrom(-1, 1, 86_400_000),
    "cleanup.policy": fc.constantFrom("compact", "delete", []),
    "min.insync.replicas": fc.integer({ min: 1, max: 4 }),
    "min.compaction.lag.ms": fc.nat(3),
    "max.compaction.lag.ms": fc.integer({ min: 1, max: 3 }),
    "max.message.bytes": fc.nat(2_000),
  },
  { requiredKeys: [] },
);
const declaration = {
  partitions: fc.integer({ min: 1, max: 20 }),
  replicationFactor: fc.integer({ min: 1, max: 5 }),
  config,
  sample: fc.string({ maxLength: 2_000 }),
  smoke: fc.constantFrom("produce", "metadata"),
  protect: fc.boolean(),
};
const stacks = fc.oneof(
  fc.constantFrom(["test"], ["prod"], ["gone"], {}, { test: false }),
  fc.record(declaration, { requiredKeys: [] }).map((test) => ({ test })),
);
const names = ["orders", "orders.eu", "constructor", "_schemas", "z"];
const files = ["orders", "9", "a.b", "my-team", "$&", "[z", "ü😀", "team/(x|y)"];
const catalogue = fc.uniqueArray(
  fc.tuple(
    fc.constantFrom(...names),
    fc.constantFrom(...files),
    fc.record({ ...declaration, stacks }, { requiredKeys: [] }),
  ),
  { maxLength: 4, selector: ([name]) => name },
);

/** With the domain next to what changes its meaning. */
const pattern = fc
  .tuple(
    fc.constantFrom("{domain}", "{team}"),
    fc.constantFrom("", "(", "(?:", "[", "[z-", "a{1", "(?<n", "\\", ".*"),
    fc.constantFrom("", ")", "]", ",3}", ">x)", "*", "+", "{2}", ".*"),
  )
  .map(([placeholder, before, after]) => `${before}${placeholder}${after}`);
const factor = fc.integer({ min: 1, max: 4 }).map(String);
const count = fc.integer({ min: 1, max: 40 }).map(String);
const keys = fc.constantFrom('["retention.ms"]', '["cleanup.policy","min.insync.replicas"]', "[]");
const settings = fc.record(
  {
    defaultReplicationFactor: factor,
    maxReplicationFactor: factor,
    minReplicationFactor: factor,
    maxPartitions: count,
    maxTotalPartitions: count,
    namePattern: fc.oneof(fc.constantFrom(".*", "orders.*"), pattern),
    requiredConfigs: keys,
    forbiddenConfigs: keys,
    minRetention: fc.constantFrom("1 minute", "none"),
    maxRetention: fc.constantFrom("1 day", "none"),
    defaultPartitions: count,
    defaults: fc
      .array(fc.record({ topics: fc.constantFrom("*", "orders*", "z"), config }), { maxLength: 2 })
      .map((defaults) => JSON.stringify(defaults)),
    teams: fc.constantFrom("{}", '{"team":{"prefixes":["$&","{domain}"]}}'),
    overrides: fc
      .dictionary(fc.constantFrom(...names, "gone"), fc.record(declaration, { requiredKeys: [] }))
      .map((overrides) => JSON.stringify(overrides)),
  },
  { requiredKeys: [] },
);

/** Whether a config has no effect on a topic whose records are only compacted, or never deleted. */
function isUseless(key: string, config: Readonly<Record<string, string>>): boolean {
  return key === "retention.ms" && ["compact", ""].includes(config["cleanup.policy"] ?? "delete");
}

testProperty(
  "A catalogue either keeps all limits of a stack, or has problems with place and field",
  fc.tuple(catalogue, settings),
  ([declared, settings]) => {
    const entries = declared.flatMap(([name, domain, entry]) => {
      const file = `infra/topics/${domain}.ts`;
      const parsed = parseTopic(file, name, entry);
      return Array.isArray(parsed) ? [] : [{ name, file, declared: parsed }];
    });
    const texts = Object.entries(settings).map(([key, text]) => [`kafka-topics:${key}`, text]);
    const { stack } = readStack("kafka-topics", "test", Object.fromEntries(texts));
    if (!stack) return;
    const { topics, absent, problems } = resolveTopics(entries, names, stack, ["prod"]);
    const unresolved = problems.flatMap(({ code, topic = "" }) => (code === "INVALID_VALUE" ? [topic] : []));
    expect([...topics.map(({ name }) => name), ...absent, ...unresolved].sort()).toEqual(
      entries.map(({ name }) => name).sort(),
    );
    for (const problem of problems) {
      expect(["Pulumi.test.yaml", "infra/topics/", ...entries.map(({ file }) => file)]).toContain(
        problem.place,
      );
      expect(describeProblem(problem)).toMatch(/: \S.*: given .+, allowed: ./);
    }
    const { limits, maxReplicationFactor } = stack;
    const { minReplicationFactor = 1, maxPartitions = 40, maxTotalPartitions = 160 } = limits;
    const total = topics.reduce((sum, { partitions }) => sum + partitions, 0);
    const areKept =
      total <= maxTotalPartitions &&
      topics.every(({ partitions, replicationFactor, config }) => {
        const [minLag, maxLag] = [config["min.compaction.lag.ms"], config["max.compaction.lag.ms"]];
        return (
          partitions <= maxPartitions &&
          replicationFactor >= minReplicationFactor &&
          replicationFactor <= maxReplicationFactor &&
          Number(config["min.insync.replicas"] ?? 1) <= replicationFactor &&
          Number(minLag ?? 0) <= Number(maxLag ?? 3) &&
          (limits.requiredConfigs ?? []).every(
            (key) => config[key] !== undefined || isUseless(key, config),
          ) &&
          (limits.forbiddenConfigs ?? []).every((key) => config[key] === undefined)
        );
      });
    const others = [
      ...["NAME_PATTERN_VIOLATED", "SAMPLE_TOO_LARGE", "RETENTION_OUT_OF_RANGE"],
      ...["TOPIC_UNKNOWN", "STACK_UNKNOWN", "INVALID_VALUE", "CATALOGUE_EMPTY"],
    ];
    expect(problems.every(({ code }) => others.includes(code))).toBe(areKept);
  },
);
