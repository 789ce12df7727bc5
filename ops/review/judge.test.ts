import { expect, test } from "vitest";
import { topicType } from "../../infra/stack-state.ts";
import type { ResourceState, Step } from "../../pulumi/preview.ts";
import { judgeStep, type LiveValues } from "./judge.ts";
import { describeChange } from "./wording.ts";

const defaults = new Map([
  ["cleanup.policy", "delete"],
  ["retention.ms", "604800000"],
  ["retention.bytes", "-1"],
]);

function state(config: Record<string, string>, fields: object = {}, protect = false): ResourceState {
  return {
    inputs: { name: "a", partitions: 6, replicationFactor: 3, config, __defaults: [], ...fields },
    protect,
  };
}

/** Judges an update from one set of configs to another, as `risk: what`. */
function judgeUpdate(
  from: Record<string, string>,
  to: Record<string, string>,
  live: LiveValues = liveWith(from),
) {
  const step: Step = {
    op: "update",
    urn: "",
    type: topicType,
    name: "a",
    before: state(from),
    after: state(to),
  };
  return judgeStep(step, live).map((change) => `${change.risk}: ${describeChange(change)}`);
}

function liveWith(own: Record<string, string>): LiveValues {
  const values = new Map([...defaults, ...Object.entries(own)]);
  const configs = { values, own: new Set(Object.keys(own)) };
  return { configs, defaults, records: { all: 1_204_332, older: 1000 } };
}

test.for([
  ["discard", "data loss"],
  ["delete-replaced", "data loss"],
  ["create-replacement", "data loss"],
  ["import-replacement", "data loss"],
  ["remove-pending-replace", "data loss"],
  ["refresh", "caution"],
  ["whatever comes next", "caution"],
  ["create", "safe"],
  ["import", "safe"],
] as const)('The engine\'s step "%s" is %s', ([op, risk]) => {
  const step: Step = { op, urn: "", type: topicType, name: "a", before: state({}), after: state({}) };
  expect(judgeStep(step).map((change) => change.risk)).toEqual([risk]);
});

test("A replacement of a topic with an unknown partition count is described without counts", () => {
  const step: Step = { op: "replace", urn: "", type: topicType, name: "a", after: state({}) };
  expect(judgeStep(step).map(describeChange)).toEqual([
    "the topic is deleted and created again; all its records are lost; the cluster did not return their number",
  ]);
});

test("A config with the name of a property of every object is judged like any other", () => {
  expect(judgeUpdate({}, { toString: "1" })).toEqual(["caution: toString the cluster's default → 1"]);
});

test("A step on a resource that is not a topic needs caution, unless the stack or its connection explains it", () => {
  const step = { name: "x", urn: "", before: state({}), after: state({}) };
  expect(judgeStep({ ...step, op: "delete", type: "kafka:index/acl:Acl" })).toMatchObject([
    { risk: "caution" },
  ]);
  expect(judgeStep({ ...step, op: "delete", type: "pulumi:providers:kafka" })).toMatchObject([
    { risk: "caution" },
  ]);
  // Changed settings are findings of their own.
  expect(judgeStep({ ...step, op: "update", type: "pulumi:providers:kafka" })).toEqual([]);
  expect(judgeStep({ ...step, op: "create", type: "pulumi:pulumi:Stack" })).toEqual([]);
});

test("The number of records lost with a topic is reported, or that it is unknown", () => {
  const step: Step = {
    op: "replace",
    urn: "",
    type: topicType,
    name: "a",
    before: state({}),
    after: state({}, { partitions: 3 }),
  };
  expect(judgeStep(step, liveWith({}))).toEqual([
    {
      topic: "a",
      op: "replace",
      risk: "data loss",
      code: "TOPIC_REPLACED",
      expected: 3,
      observed: 6,
      records: { all: 1_204_332, older: 1000 },
    },
  ]);
  expect(judgeStep(step, liveWith({})).map(describeChange)).toEqual([
    "6 → 3 partitions: the topic is deleted and created again; about 1,204,332 records are lost",
  ]);
  expect(judgeStep(step).map(describeChange)).toEqual([
    "6 → 3 partitions: the topic is deleted and created again; all its records are lost; the cluster did not return their number",
  ]);
});

test("A shorter retention loses no records if none is older now", () => {
  const live = { ...liveWith({}), records: { all: 5012, older: 0 } };
  expect(judgeUpdate({}, { "retention.ms": "86400000" }, live)).toEqual([
    "caution: retention.ms 7 days → 1 day: none of its 5,012 records is older now",
  ]);
});

test.for([
  [
    {},
    { "retention.ms": "86400000" },
    "data loss: retention.ms 7 days → 1 day: about 1,000 of 1,204,332 records",
  ],
  [{ "retention.ms": "-1" }, {}, "data loss: retention.ms forever → 7 days"],
  [{}, { "retention.bytes": "1073741824" }, "data loss: retention.bytes unlimited → 1 GiB"],
  [{}, { "retention.ms": "-1" }, "safe: retention.ms 7 days → forever"],
  [{}, { "cleanup.policy": "compact" }, "data loss: cleanup.policy delete → compact"],
  [{ "cleanup.policy": "compact" }, {}, "data loss: cleanup.policy compact → delete"],
  [{}, { "cleanup.policy": "" }, "caution: cleanup.policy delete → none"],
  [{ "remote.storage.enable": "true" }, {}, "data loss: remote.storage.enable true → the cluster's default"],
  [{}, { "min.insync.replicas": "2" }, "caution: min.insync.replicas"],
  [{}, { "segment.ms": "1" }, "caution: segment.ms"],
  [
    { "cleanup.policy": "compact,delete" },
    { "cleanup.policy": "delete,compact" },
    "caution: cleanup.policy compact,delete → delete,compact: the same policies",
  ],
] as const)("A change of configs from %j to %j", ([from, to, line]) => {
  expect(judgeUpdate(from, to)).toEqual([expect.stringContaining(line)]);
});

test("Retention has no effect on a topic that is only compacted", () => {
  const compact = { "cleanup.policy": "compact" };
  expect(judgeUpdate(compact, { ...compact, "retention.ms": "1" })).toEqual([
    expect.stringContaining("caution: "),
  ]);
});

test("A retention that cannot be compared counts as shortened", () => {
  expect(judgeUpdate({ "retention.ms": "86400000" }, {}, {})).toContainEqual(
    expect.stringContaining("data loss: retention.ms 1 day → the cluster's default"),
  );
});

test("Configs that were set by hand are judged by their value on the cluster", () => {
  const live = liveWith({ "retention.ms": "2592000000" });
  expect(judgeUpdate({}, { "segment.ms": "1" }, live)).toContainEqual(
    expect.stringContaining("data loss: retention.ms 30 days → 7 days"),
  );
});

test("Without the cluster's configs no update is safe, because it resets those that were set by hand", () => {
  const lines = judgeUpdate({ "retention.ms": "604800000" }, { "retention.ms": "2592000000" }, {});
  expect(lines).toEqual([
    "caution: retention.ms 7 days → 30 days: records are kept for longer",
    expect.stringContaining("caution: the cluster did not return its configs"),
  ]);
});

test("An update to fewer partitions is data loss, and an update without a known change needs caution", () => {
  const step: Step = {
    op: "update",
    urn: "",
    type: topicType,
    name: "a",
    before: state({}),
    after: state({}),
  };
  expect(judgeStep(step, liveWith({}))).toMatchObject([{ risk: "caution" }]);
  const fewer = { ...step, after: state({}, { partitions: 3 }) };
  expect(judgeStep(fewer, liveWith({}))).toMatchObject([{ risk: "data loss" }]);
});

test("Added partitions need caution, and the review says what they mean for a compacted topic", () => {
  const grown = (config: Record<string, string>, live?: LiveValues) => {
    const step = { op: "update", urn: "", type: topicType, name: "a" };
    const change = { before: state(config), after: state(config, { partitions: 12 }) };
    return judgeStep({ ...step, ...change }, live ?? liveWith(config)).map(
      (one) => `${one.risk}: ${describeChange(one)}`,
    );
  };
  const added = "caution: 6 → 12 partitions: new records of a key may go to a different partition";
  const compacted = `${added}; the topic is compacted, so the old and the new value of such a key remain in different partitions`;
  expect(grown({})).toEqual([added]);
  expect(grown({ "cleanup.policy": "compact,delete" })).toEqual([compacted]);
  const compacting = new Map([["cleanup.policy", "compact"]]);
  expect(grown({}, { ...liveWith({ "cleanup.policy": "compact" }), defaults: compacting })).toContain(
    compacted,
  );
});

test("A retention that is reset to an unknown default is not reported as 0 records", () => {
  const live = { ...liveWith({ "retention.ms": "2592000000" }), defaults: new Map() };
  expect(judgeUpdate({ "retention.ms": "2592000000" }, {}, live)).toEqual([
    "data loss: retention.ms 30 days → the cluster's default: records beyond it are lost; the cluster did not return their number",
  ]);
});
