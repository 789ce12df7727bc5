import { execFileSync } from "node:child_process";
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { describeProblem } from "../kafka/refused-error.ts";
import { root } from "../machine/paths.ts";
import { parseTopic } from "./parse-topic.ts";
import { resolveTopics } from "./resolve.ts";
import { readStack } from "./stack.ts";
import type { TopicDeclaration } from "./topic.ts";

/** The problems that the limits of a stack report for the topics of one catalogue file. */
function refuse(
  limits: Record<string, unknown>,
  topics: Record<string, TopicDeclaration>,
  file = "infra/topics/orders.ts",
) {
  const entries = Object.entries(topics).map(([name, entry]) => {
    const topic = parseTopic(file, name, entry);
    if (Array.isArray(topic)) throw new Error(topic.map(describeProblem).join());
    return { name, file, declared: topic };
  });
  const config = Object.entries({ defaultReplicationFactor: 1, ...limits }).map(([key, value]) => [
    `kafka-topics:${key}`,
    // Strings are passed as they are, other values as JSON.
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const { stack, problems: wrong } = readStack("kafka-topics", "prod", Object.fromEntries(config));
  const resolved = stack ? resolveTopics(entries, Object.keys(topics), stack, ["dev", "prod"]).problems : [];
  return [...wrong, ...resolved].map((problem) => describeProblem(problem).trim());
}

const day = 86_400_000;
const topic = { partitions: 6 };

const refusals: [string, Record<string, unknown>, Record<string, TopicDeclaration>, string][] = [
  [
    "a name without its team's prefix",
    { namePattern: "{domain}\\.[a-z-]+" },
    { "orders.new": topic, "billing.new": topic },
    "infra/topics/orders.ts: name: given 'billing.new', allowed: a name that matches {domain}\\.[a-z-]+ (namePattern of Pulumi.prod.yaml)",
  ],
  [
    "a name that matches only in part",
    { namePattern: "a|b" },
    { ab: topic, b: topic },
    "infra/topics/orders.ts: name: given 'ab', allowed: a name that matches a|b (namePattern of Pulumi.prod.yaml)",
  ],
  [
    "too few replicas, by the stack's default",
    { minReplicationFactor: 2 },
    { a: topic, b: { ...topic, replicationFactor: 2 } },
    "Pulumi.prod.yaml: defaultReplicationFactor, for a.replicationFactor: given 1, allowed: at least 2 (minReplicationFactor of Pulumi.prod.yaml)",
  ],
  [
    "too many partitions, by an override",
    { maxPartitions: 10, overrides: { a: { partitions: 11 } } },
    { a: topic, b: { partitions: 10 } },
    "Pulumi.prod.yaml: overrides.a.partitions: given 11, allowed: at most 10 (maxPartitions of Pulumi.prod.yaml)",
  ],
  [
    "too many partitions, by the last of the limits for its name",
    {
      maxPartitions: 3,
      limits: [
        { topics: "*.logs", maxPartitions: 12 },
        { topics: "app.*", maxPartitions: 5 },
        { topics: "app.*", minReplicationFactor: 1 },
      ],
    },
    { "app.logs": topic, "web.logs": topic, c: { partitions: 3 } },
    "infra/topics/orders.ts: app.logs.partitions: given 6, allowed: at most 5 (limits[1].maxPartitions of Pulumi.prod.yaml)",
  ],
  [
    "no name, if a pattern is only for other topics",
    {
      namePattern: "new\\..*",
      requiredConfigs: ["retention.ms"],
      limits: [{ topics: "old-*", namePattern: null, requiredConfigs: [], requiredFields: ["owner"] }],
    },
    { "old-a": topic, "old-b": { ...topic, owner: "team-b" } },
    "infra/topics/orders.ts: old-a.owner: given nothing, allowed: a text (limits[0].requiredFields of Pulumi.prod.yaml)",
  ],
  [
    "too many partitions in total",
    { maxTotalPartitions: 11 },
    { a: topic, b: topic },
    "Pulumi.prod.yaml: maxTotalPartitions: given '12 partitions in 2 topics', allowed: at most 11",
  ],
  [
    "a required config that is missing",
    { requiredConfigs: ["retention.ms"], minRetention: "1 day" },
    { a: topic, b: { ...topic, config: { "retention.ms": day } } },
    'infra/topics/orders.ts: a.config["retention.ms"]: given nothing, allowed: a value (requiredConfigs of Pulumi.prod.yaml)',
  ],
  [
    "a forbidden config",
    { forbiddenConfigs: ["preallocate"] },
    { a: { ...topic, config: { preallocate: false } }, b: topic },
    'infra/topics/orders.ts: a.config["preallocate"]: given false, allowed: no value (forbiddenConfigs of Pulumi.prod.yaml)',
  ],
  [
    "a short retention",
    { minRetention: "2 days" },
    {
      a: { ...topic, config: { "retention.ms": day } },
      b: { ...topic, config: { "cleanup.policy": "compact" } },
    },
    'infra/topics/orders.ts: a.config["retention.ms"]: given 86400000, allowed: at least 2 days (minRetention of Pulumi.prod.yaml)',
  ],
  [
    "an unlimited retention",
    { maxRetention: "36 hours" },
    { a: { ...topic, config: { "retention.ms": -1 } }, b: { ...topic, config: { "retention.ms": 0 } } },
    'infra/topics/orders.ts: a.config["retention.ms"]: given -1, allowed: at most 36 hours (maxRetention of Pulumi.prod.yaml)',
  ],
  [
    "a retention that is left to the brokers",
    { minRetention: "1 hour", maxRetention: "30 days" },
    { a: topic },
    'infra/topics/orders.ts: a.config["retention.ms"]: given nothing, allowed: at least 1 hour and at most 30 days (minRetention and maxRetention of Pulumi.prod.yaml)',
  ],
];

test.for(refusals)(
  "A stack's limits refuse %s, naming the topic, the rule, and the given and allowed values",
  ([, limits, topics, line]) => {
    expect(refuse(limits, topics)).toEqual([line]);
  },
);

test("A domain with regular expression characters is matched literally", () => {
  const limits = { namePattern: "{domain}" };
  expect(refuse(limits, { "a.b": topic }, "infra/topics/a.b.ts")).toEqual([]);
  expect(refuse(limits, { a_b: topic }, "infra/topics/a.b.ts")).toHaveLength(1);
});

test("A name begins with a prefix of the team whose directory has its file", () => {
  const limits = { namePattern: "{team}\\..+", teams: { payments: { prefixes: ["payments", "pay"] } } };
  const topics = { "payments.a": topic, "pay.b": topic, "pays.c": topic };
  const refused = (file: string) => refuse(limits, topics, file).map((line) => line.split(", allowed")[0]);
  expect(refused("infra/topics/payments/eu/orders.ts")).toEqual([
    "infra/topics/payments/eu/orders.ts: name: given 'pays.c'",
  ]);
  // A team without prefixes of its own, and a file outside of a team's directory.
  for (const file of ["infra/topics/pays/orders.ts", "infra/topics/pays.ts"])
    expect(refused(file)).toEqual([`${file}: name: given 'payments.a'`, `${file}: name: given 'pay.b'`]);
});

test("A domain after which a repetition is given is repeated as a whole", () => {
  expect(refuse({ namePattern: "{domain}{2}" }, { ordersorders: topic })).toEqual([]);
});

test("A pattern that takes JavaScript's own engine exponential time is matched at once", () => {
  const start = performance.now();
  expect(refuse({ namePattern: "([a-z]+-?)+" }, { [`${"a".repeat(28)}.`]: topic })).toHaveLength(1);
  expect(performance.now() - start).toBeLessThan(1_000);
});

test.for([
  ["(?!internal).*", "RE2 has no lookaheads: (?!"],
  ["(?=a)a", "RE2 has no lookaheads: (?="],
  ["a(?<=a)", "RE2 has no lookbehinds: (?<=a)"],
  ["(a)\\1", "RE2 has no backreferences: \\1"],
  ["a{1001}", "invalid repeat count: {1001}"],
  ["a**", "invalid nested repetition operator: **"],
])("A pattern that RE2 does not accept is refused with the construct: %s", ([namePattern, reason]) => {
  expect(refuse({ namePattern }, {})).toEqual([
    `Pulumi.prod.yaml: namePattern: given ${inspect(namePattern)}, allowed: a regular expression of RE2, in which {domain} ` +
      `stands for the name of the catalogue file, and {team} for its directory (${reason})`,
  ]);
});

test("RE2 is loaded only for a stack with a pattern", () => {
  const script = `
    const { readStack } = await import("./infra/stack.ts");
    const { createRequire } = await import("node:module");
    const load = (config) => {
      readStack("kafka-topics", "prod", config);
      return Object.keys(createRequire(import.meta.url).cache).filter((file) => file.includes("re2js")).length;
    };
    console.log(load({}), load({ "kafka-topics:namePattern": "a" }));`;
  const args = ["--input-type=module-typescript", "--eval", script];
  expect(execFileSync(process.execPath, args, { cwd: root, encoding: "utf8" })).toBe("0 1\n");
});

test.for([
  [{ namePattern: "[z-{domain}]" }, "namePattern: given '[z-{domain}]', allowed: a regular expression"],
  [{ namePattern: "(?<n{domain}>x)" }, "namePattern: given '(?<n{domain}>x)', allowed: a regular expression"],
  [{ namePattern: "(" }, "namePattern: given '(', allowed: a regular expression"],
  [{ maxRetention: "1 week" }, "maxRetention: given '1 week', allowed: whole minutes, hours or days"],
  [{ maxPartitions: 0 }, "maxPartitions: given 0, allowed: a whole number from 1 to 2147483647"],
  [
    { requiredConfigs: ["retention"] },
    "requiredConfigs.0: given 'retention', allowed: the name of a config, perhaps ",
  ],
  [
    { requiredConfigs: [{ toString: 1 }] },
    "requiredConfigs.0: given { toString: 1 }, allowed: the name of a config",
  ],
  [
    { minRetention: "2 days", maxRetention: "1 day" },
    "minRetention: given '2 days', allowed: at most maxRetention, 1 day",
  ],
  [
    { limits: [{ topics: "a", maxPartitions: 0 }] },
    "limits.0.maxPartitions: given 0, allowed: a whole number",
  ],
  [
    { limits: [{ topics: "a", maxTotalPartitions: 9 }] },
    "limits.0.maxTotalPartitions: given 9, allowed: a known key, one of forbiddenConfigs, maxPartitions, ",
  ],
  [
    { limits: [{ topics: "a" }] },
    "limits.0: given { topics: 'a' }, allowed: at least one limit, for example",
  ],
  [
    { ignore: [{ topics: "a", configs: ["retentio.ms"] }] },
    "ignore.0.configs.0: given 'retentio.ms', allowed: the name of a config, perhaps",
  ],
  [{ limits: [{ topics: "a b" }] }, "limits.0.topics: given 'a b', allowed: a topic name, in which * stands"],
  [
    { limits: [{ topics: "a", minRetention: "2 days", maxRetention: "1 day" }] },
    "limits.0.minRetention: given '2 days', allowed: at most maxRetention, 1 day",
  ],
  [{ replicationThrottle: "50" }, "replicationThrottle: given '50', allowed: whole kB/s, MB/s or GB/s"],
  [{ replicationThrottle: "0 MB/s" }, "replicationThrottle: given '0 MB/s', allowed: whole kB/s"],
  [{ preflight: "false" }, 'preflight: given \'false\', allowed: "on" or "off"'],
] as const)("An invalid limit is refused: %j", ([limits, line]) => {
  expect(refuse(limits, {})).toEqual([expect.stringContaining(`Pulumi.prod.yaml: ${line}`)]);
});

test("A topic that is exempt from a limit is held to the others", () => {
  const limits = {
    maxPartitions: 3,
    minRetention: "1 hour",
    maxRetention: "30 days",
    namePattern: "team\\..*",
  };
  const why = "from the old cluster";
  const exempt = { maxPartitions: why, minRetention: why, namePattern: why };
  expect(refuse(limits, { a: { partitions: 6, exempt } })).toEqual([
    'infra/topics/orders.ts: a.config["retention.ms"]: given nothing, allowed: at most 30 days (maxRetention of Pulumi.prod.yaml)',
  ]);
  expect(refuse(limits, { a: { partitions: 6, exempt: { ...exempt, maxRetention: why } } })).toEqual([]);
});

test("A topic without a required field is refused", () => {
  const owned = { partitions: 1, owner: "payments" };
  expect(
    refuse({ requiredFields: ["owner", "description"] }, { a: owned, b: { ...owned, description: "x" } }),
  ).toEqual([
    "infra/topics/orders.ts: a.description: given nothing, allowed: a text (requiredFields of Pulumi.prod.yaml)",
  ]);
});

test("A config that has no effect on a topic is not required of it", () => {
  const limits = { requiredConfigs: ["retention.ms", "min.compaction.lag.ms", "segment.ms"] };
  const config = { "segment.ms": 1 };
  expect(
    refuse(limits, {
      compacted: {
        partitions: 1,
        config: { ...config, "cleanup.policy": "compact", "min.compaction.lag.ms": 1 },
      },
      deleted: { partitions: 1, config: { ...config, "retention.ms": 1 } },
      both: { partitions: 1, config: { ...config, "cleanup.policy": ["compact", "delete"] } },
      neither: { partitions: 1, config: { ...config, "cleanup.policy": [] } },
    }).map((line) => line.split(": given")[0]),
  ).toEqual([
    'infra/topics/orders.ts: both.config["retention.ms"]',
    'infra/topics/orders.ts: both.config["min.compaction.lag.ms"]',
  ]);
});
