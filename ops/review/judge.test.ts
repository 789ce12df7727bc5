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

/** `risk: what` of an update from one set of configs to another. */
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

test("A step on what is no topic needs caution, the stack's own entry is passed over", () => {
  const step = { name: "x", urn: "", before: state({}), after: state({}) };
  expect(judgeStep({ ...step, op: "delete", type: "kafka:index/acl:Acl" })).toMatchObject([
    { risk: "caution" },
  ]);
  expect(judgeStep({ ...step, op: "update", type: "pulumi:providers:kafka" })).toMatchObject([
    { risk: "caution" },
  ]);
  expect(judgeStep({ ...step, op: "create", type: "pulumi:pulumi:Stack" })).toEqual([]);
});

test("The number of records that go with a topic is told, or that nobody could tell it", () => {
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

test("A shorter retention beyond which no record is older now loses none", () => {
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
  [{ "retention.ms": "-1" }, {}, "data loss: retention.ms for ever → 7 days"],
  [{}, { "retention.bytes": "1073741824" }, "data loss: retention.bytes without limit → 1 GiB"],
  [{}, { "retention.ms": "-1" }, "safe: retention.ms 7 days → for ever"],
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

test("Retention means nothing to a topic that is only compacted", () => {
  const compact = { "cleanup.policy": "compact" };
  expect(judgeUpdate(compact, { ...compact, "retention.ms": "1" })).toEqual([
    expect.stringContaining("caution: "),
  ]);
});

test("A retention that nobody can compare is taken for a cut", () => {
  expect(judgeUpdate({ "retention.ms": "86400000" }, {}, {})).toContainEqual(
    expect.stringContaining("data loss: retention.ms 1 day → the cluster's default"),
  );
});

test("What was set by hand counts as it is on the cluster", () => {
  const live = liveWith({ "retention.ms": "2592000000" });
  expect(judgeUpdate({}, { "segment.ms": "1" }, live)).toContainEqual(
    expect.stringContaining("data loss: retention.ms 30 days → 7 days"),
  );
});

test("Without the cluster's word no update is safe: what was set there by hand is reset", () => {
  const lines = judgeUpdate({ "retention.ms": "604800000" }, { "retention.ms": "2592000000" }, {});
  expect(lines).toEqual([
    "caution: retention.ms 7 days → 30 days: records are kept for longer",
    expect.stringContaining("caution: the cluster did not return its configs"),
  ]);
});

test("An update to fewer partitions is no update, and one that changes nothing known needs caution", () => {
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

test("A retention that is left to a cluster that did not tell its own is no matter of 0 records", () => {
  const live = { ...liveWith({ "retention.ms": "2592000000" }), defaults: new Map() };
  expect(judgeUpdate({ "retention.ms": "2592000000" }, {}, live)).toEqual([
    "data loss: retention.ms 30 days → the cluster's default: records beyond it are lost; the cluster did not return their number",
  ]);
});
