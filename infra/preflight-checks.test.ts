import { expect, test } from "vitest";
import type { ConfiguredTopic } from "../kafka/live-cluster.ts";
import type { MovePlan } from "../kafka/plan-moves.ts";
import type { TopicSpec } from "../kafka/topic.ts";
import { findChangedCount, findChangedFactor } from "./changed-layout.ts";
import { warnOfCopies, warnOfThrottles } from "./check-moves.ts";
import { findThrottles } from "./foreign-throttles.ts";
import { findMissing } from "./missing-topics.ts";
import {
  checkChange,
  checkLayout,
  checkMoves,
  findChange,
  findChangedByHand,
  type Seen,
  warnOf,
} from "./preflight-checks.ts";
import { readStack } from "./stack.ts";

const spec: TopicSpec = {
  name: "orders",
  partitions: 2,
  replicationFactor: 2,
  config: { "retention.ms": "1000" },
};

/** A topic on the cluster with these replica counts, one for each partition. */
function liveTopic(replicas: readonly number[], own: Record<string, string> = spec.config): ConfiguredTopic {
  return {
    name: "orders",
    internal: false,
    mayDelete: true,
    partitions: replicas.map((count, partition) => {
      const ids = Array.from({ length: count }, (_, id) => id);
      return { partition, leader: 0, replicas: ids, inSyncReplicas: ids };
    }),
    configs: configs(own),
  };
}

/** @param own the configs that the topic sets */
function configs(own: Record<string, string>, defaults: Record<string, string> = {}) {
  return { values: new Map(Object.entries({ ...defaults, ...own })), own: new Set(Object.keys(own)) };
}

function seen(live: ConfiguredTopic, managed: readonly TopicSpec[]): Seen {
  const { stack } = readStack("kafka-topics", "prod", {});
  if (!stack) throw new Error("a stack without config is valid");
  const topics = new Map([[live.name, live]]);
  const nothing = { forbidden: [], authorized: new Map(), unread: new Map(), gone: [] };
  const rights = { mayAlter: true, mayAlterConfigs: true };
  const cluster = { brokers: [0, 1, 2], addresses: new Map(), racks: new Map(), ...rights, ...nothing };
  return {
    cluster: { ...cluster, topics: [live], configured: topics },
    live: topics,
    managed: new Map(managed.map((topic) => [topic.name, topic])),
    principal: "User:ada",
    origin: { stack, entries: new Map() },
  };
}

/** Checks a change against the layout of the topic on the cluster. */
function layoutOf(wanted: TopicSpec, replicas: readonly number[], managed: readonly TopicSpec[]) {
  const change = findChange(wanted, seen(liveTopic(replicas), managed));
  return change && checkLayout(change);
}

test("Only a topic that differs from its declaration is a change", () => {
  expect(layoutOf(spec, [2, 2], [spec])).toBeUndefined();
  expect(layoutOf({ ...spec, partitions: 4 }, [2, 2], [spec])).toEqual([]);
});

test.for([
  [[2, 3], [spec]],
  [[3, 2], [spec]],
  [[2, 3], []],
  [[3, 2], []],
] as const)(
  "Partitions with %j replicas stop a change, in any order, and also the adoption of the topic",
  ([replicas, managed]) => {
    const wanted = managed.length > 0 ? { ...spec, config: {} } : spec;
    expect(layoutOf(wanted, replicas, managed)).toMatchObject([
      { code: "REPLICATION_FACTOR_UNEVEN", topic: "orders", observed: [2, 3] },
    ]);
  },
);

/** The codes that stop an update while each partition of the topic moves; undefined if the update leaves it unchanged. */
function stopsWhile(from: number[], to: number[], wanted: TopicSpec, managed: readonly TopicSpec[]) {
  const still = liveTopic([2, 2]);
  const partitions = still.partitions.map((one) => ({
    ...one,
    replicas: [...one.replicas, ...to],
    move: { from, to },
  }));
  const change = findChange(wanted, seen({ ...still, partitions }, managed));
  return change && [...checkLayout(change), ...checkMoves(change)].map(({ code }) => code);
}

test("A move to other brokers stops only an update that changes or adopts the topic, and no replacement", () => {
  const wanted = { ...spec, config: {} };
  expect(stopsWhile([0], [7], spec, [spec])).toBeUndefined();
  expect(stopsWhile([0], [7], wanted, [spec])).toEqual(["PARTITIONS_MOVING"]);
  expect(stopsWhile([0], [7], spec, [])).toEqual(["PARTITIONS_MOVING"]);
  expect(stopsWhile([0], [7], { ...spec, partitions: 1 }, [spec])).toEqual([]);
  expect(stopsWhile([], [7], wanted, [spec])).toEqual(["LAYOUT_CHANGED_BY_HAND"]);
});

test("Partitions that already have the declared replication factor, as after an interrupted update, stop no change", () => {
  const raised = { ...spec, replicationFactor: 3 };
  for (const replicas of [
    [3, 3],
    [2, 3],
    [3, 2],
  ])
    expect(layoutOf(raised, replicas, [spec])).toEqual([]);
  const [other, changed] = [
    layoutOf(raised, [1, 3], [spec]),
    layoutOf({ ...raised, config: {} }, [4, 4], [spec]),
  ];
  expect(other).toMatchObject([{ code: "REPLICATION_FACTOR_UNEVEN", observed: [1, 3] }]);
  expect(changed).toMatchObject([{ code: "LAYOUT_CHANGED_BY_HAND" }]);
});

test("A changed replication factor needs ALTER on the cluster, and with a throttle ALTER_CONFIGS too", () => {
  const missing = (throttle: string | undefined) => {
    const { stack } = readStack("kafka-topics", "prod", {
      ...(throttle !== undefined && { "kafka-topics:replicationThrottle": throttle }),
    });
    const { cluster, origin, ...own } = seen(liveTopic([2, 2]), [spec]);
    const change = findChange({ ...spec, replicationFactor: 3 }, { cluster, origin, ...own });
    if (!stack || !change) throw new Error("the config is valid, and the topic changes");
    const rights = { mayAlter: false, mayAlterConfigs: false };
    const found = checkChange(change, {
      ...own,
      cluster: { ...cluster, ...rights },
      origin: { ...origin, stack },
    });
    return found.flatMap((finding) => (finding.code === "PERMISSION_MISSING" ? finding.expected : []));
  };
  const alter = { operation: "ALTER", resource: "cluster", purpose: "reassign" };
  expect(missing(undefined)).toEqual([alter]);
  expect(missing("50 MB/s")).toEqual([
    alter,
    { operation: "ALTER_CONFIGS", resource: "cluster", purpose: "throttle" },
  ]);
});

test("The preflight reports what is copied, and how long that takes at least at the throttle", () => {
  const copy = { topic: "orders", leader: 1, from: [1], bytes: 30_000_000 };
  const copies = [
    { ...copy, partition: 0, to: [2, 3] },
    { ...copy, partition: 1, to: [2, 4] },
  ];
  const { stack } = readStack("kafka-topics", "prod", { "kafka-topics:replicationThrottle": "4 MB/s" });
  if (!stack) throw new Error("the config is valid");
  const plan = { assignments: [], resumed: [], conflicting: [], addresses: new Map() };
  const warn = (some: MovePlan["copies"]) =>
    warnOfCopies({ ...plan, copies: some }, { stack, entries: new Map() });
  // Broker 1 sends each partition twice.
  expect(warn(copies)).toEqual([
    {
      code: "REPLICAS_TO_COPY",
      expected: {
        topics: ["orders"],
        partitions: 2,
        brokers: [2, 3, 4],
        bytes: 120_000_000,
        bytesPerSecond: 4_000_000,
        ms: 30_000,
      },
    },
  ]);
  expect(warn([{ ...copy, partition: 0, to: [2], bytes: undefined }])).toMatchObject([
    { expected: { brokers: [2], bytesPerSecond: 4_000_000 } },
  ]);
  expect(warn([])).toEqual([]);
});

test("Partitions that were added by hand stop a change", () => {
  expect(layoutOf({ ...spec, config: {} }, [2, 2, 2], [spec])).toEqual([
    {
      code: "LAYOUT_CHANGED_BY_HAND",
      topic: "orders",
      expected: { partitions: 2, replicationFactor: 2 },
      observed: { partitions: 3, replicationFactor: 2 },
    },
  ]);
});

test.for<[why: string, config: TopicSpec["config"], live: ConfiguredTopic["configs"], keys: string[]]>([
  ["as declared", { a: "1" }, configs({ a: "1", b: "2" }), []],
  ["changed", { a: "1", b: "1" }, configs({ a: "2", b: "1" }), ["a"]],
  ["no longer set, with the same default", { a: "1" }, configs({}, { a: "1" }), ["a"]],
  ["in another notation", { a: "False" }, configs({ a: "false" }), []],
  ["not returned by the brokers", { a: "1" }, configs({}), []],
  ["changed, but ignored", { ignored: "1" }, configs({ ignored: "2" }), []],
])("The declared configs that an update resets: %s", ([, config, live, keys]) => {
  const topic = { ...spec, config };
  const before = seen({ ...liveTopic([2, 2]), configs: live }, [topic]);
  const ignore = [{ isFor: () => true, configs: ["ignored"] }];
  const stack = { ...before.origin.stack, ignore };
  const found = findChangedByHand(topic, { ...before, origin: { ...before.origin, stack } });
  expect(found.map(({ key }) => key)).toEqual(keys);
  // A topic that changes anyway: the provider writes all its configs.
  expect(findChangedByHand({ ...topic, partitions: 3 }, before)).toEqual([]);
});

test("A missing topic stops only an update that changes it, unless the cluster has none of the stack's topics", () => {
  const named = (name: string): TopicSpec => ({ ...spec, name });
  const [orders, kept, changed, gone] = ["orders", "kept", "changed", "gone"].map(named);
  if (!orders || !kept || !changed || !gone) throw new Error("there are four names");
  const find = (...managed: TopicSpec[]) => {
    const declared = [orders, kept, { ...changed, partitions: 4 }];
    const names = declared.map(({ name }) => name);
    return findMissing(declared, names, seen(liveTopic([2, 2]), managed));
  };
  const error = { code: "TOPIC_MISSING", topic: "changed" };
  expect(find(orders)).toEqual({ errors: [], unchanged: [], gone: [] });
  expect(find(orders, kept, changed, gone)).toEqual({ errors: [error], unchanged: ["kept"], gone: ["gone"] });
  expect(find(kept, gone)).toMatchObject({
    errors: [{ code: "CLUSTER_WITHOUT_TOPICS", expected: 2 }],
    gone: [],
  });
  expect(find(gone)).toMatchObject({ errors: [{ code: "TOPIC_MISSING", topic: "gone" }], gone: [] });
});

const leaders = "leader.replication.throttled.replicas";
const [bare, throttled] = [{}, { [leaders]: "*" }];

test.for<[what: string, now: TopicSpec["config"], before: TopicSpec["config"] | undefined, isKept: boolean]>([
  ["set by someone else", { a: "2" }, { a: "1" }, true],
  ["set by someone else on a topic that is adopted", bare, undefined, true],
  ["of a topic that is not changed", bare, bare, false],
  ["that is declared", throttled, bare, false],
  ["that was declared", bare, throttled, false],
  ["that someone else changed and that was declared", bare, { [leaders]: "0:1" }, true],
])("Whether an update keeps a replication throttle %s", ([, now, before, isKept]) => {
  const managed = before ? [{ ...spec, config: before }] : [];
  const live = liveTopic([2, 2], { ...throttled, "segment.ms": "7" });
  const kept = isKept ? [{ topic: "orders", key: leaders, expected: "*" }] : [];
  expect(findThrottles({ ...spec, config: now }, seen(live, managed))).toEqual(kept);
  // A replaced topic has other replicas.
  if (before) expect(findThrottles({ ...spec, partitions: 1, config: now }, seen(live, managed))).toEqual([]);
});

test("A throttle is no config that a change resets, but a finding of its own", () => {
  const key = "leader.replication.throttled.replicas";
  const live = seen(liveTopic([2, 2], { ...spec.config, [key]: "0:1" }), [spec]);
  const changed = { ...spec, partitions: 4 };
  const change = findChange(changed, live);
  expect(change && warnOf(change, findThrottles(changed, live))).toEqual([]);
  const stack = { ...live.origin.stack, replicationThrottle: 1000 };
  const throttling = { ...live, origin: { ...live.origin, stack } };
  const finding = { code: "REPLICAS_THROTTLED", topic: "orders" };
  expect(warnOfThrottles([changed], live)).toEqual([finding]);
  expect(warnOfThrottles([changed], throttling)).toEqual([{ ...finding, expected: 1000 }]);
  expect(warnOfThrottles([{ ...changed, config: { [key]: "0:1" } }], throttling)).toEqual([]);
});

test("The preflight warns of configs that a change resets, and of a replacement", () => {
  const live = liveTopic([2, 2], { "retention.ms": "5000", "segment.ms": "7" });
  const warn = (wanted: TopicSpec) => {
    const change = findChange(wanted, seen(live, [spec]));
    return change && warnOf(change);
  };
  expect(warn({ ...spec, partitions: 4 })).toEqual([
    { code: "CONFIG_RESET", topic: "orders", key: "retention.ms", expected: "1000", observed: "5000" },
    { code: "CONFIG_RESET", topic: "orders", key: "segment.ms", observed: "7" },
  ]);
  expect(warn({ ...spec, partitions: 1 })).toEqual([
    { code: "DATA_LOSS_REPLACE", topic: "orders", expected: 1, observed: 2 },
  ]);
});

test("A replication factor that differs on an unchanged topic is restored as soon as that is possible", () => {
  const live = seen(liveTopic([1, 3]), [spec]);
  const found = { topic: "orders", expected: 2, observed: 1 };
  expect(findChangedFactor(spec, live, false)).toEqual([{ ...found, repair: "on" }]);
  expect(findChangedFactor(spec, seen(liveTopic([2, 2]), [spec]), false)).toEqual([]);
  expect(findChangedFactor({ ...spec, partitions: 4 }, live, false)).toEqual([]);

  const with1 = { ...live, cluster: { ...live.cluster, brokers: [0] } };
  expect(findChangedFactor(spec, with1, true)).toEqual([{ ...found, repair: "later" }]);
  const powerless = { ...live, cluster: { ...live.cluster, mayAlter: false } };
  expect(findChangedFactor(spec, powerless, false)).toEqual([{ ...found, repair: "later" }]);
  expect(findChangedFactor(spec, powerless, true)).toEqual([{ ...found, repair: "on" }]);

  const onStack = (settings: Partial<Seen["origin"]["stack"]>) => ({
    ...live,
    origin: { ...live.origin, stack: { ...live.origin.stack, ...settings } },
  });
  expect(findChangedFactor(spec, onStack({ repair: "report" }), false)).toEqual([
    { ...found, repair: "report" },
  ]);
  expect(findChangedFactor(spec, onStack({ ignore: [{ isFor: () => true }] }), false)).toEqual([]);
});

test("Partitions that were added by hand to an unchanged topic are a warning", () => {
  const found = { code: "PARTITION_COUNT_DIFFERS", topic: "orders", expected: 2, observed: 3 };
  expect(findChangedCount(spec, seen(liveTopic([2, 2, 2]), [spec]))).toEqual([found]);
  expect(findChangedCount(spec, seen(liveTopic([2, 2]), [spec]))).toEqual([]);
});
