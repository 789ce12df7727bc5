import { expect, test } from "vitest";
import { topicType } from "../infra/stack-state.ts";
import { findDeletions, findForeign, findUnfinished, hasPendingOperations, recover } from "./recovery.ts";
import type { ExportedState, StateResource } from "./state.ts";

const stack = "urn:pulumi:test::kafka-topics::pulumi:pulumi:Stack::kafka-topics-test";

function topic(name: string, partitions: number, beside: Partial<StateResource> = {}): StateResource {
  const fields = { name, partitions, replicationFactor: 2, config: { "retention.ms": "1000" } };
  return {
    urn: `urn:pulumi:test::kafka-topics::${topicType}::${name}`,
    type: topicType,
    id: name,
    parent: stack,
    inputs: { __defaults: [], ...fields },
    outputs: { ...fields, id: name, __pulumi_raw_state_delta: {} },
    ...beside,
  };
}

function stateOf(resources: StateResource[], pending: [type: string, StateResource][] = []): ExportedState {
  return {
    version: 3,
    deployment: {
      manifest: { version: "v3" },
      resources: [{ urn: stack, type: "pulumi:pulumi:Stack" }, ...resources],
      pending_operations: pending.map(([type, resource]) => ({ type, resource })),
    },
  };
}

const live = (name: string, partitions: number) =>
  [name, { name, partitions, replicationFactor: 2, config: { "retention.ms": "1000" } }] as const;

test("Pending, half-replaced and failed topics are unfinished; all others are not", () => {
  const state = stateOf(
    [
      topic("kept", 1),
      topic("replaced", 1, { pendingReplacement: true }),
      topic("failed", 1, { initErrors: ["1 error occurred"] }),
      topic("fine", 1, { initErrors: [] }),
    ],
    [
      ["creating", topic("new", 1)],
      ["deleting", topic("replaced", 1)],
      ["updating", { urn: stack, type: "pulumi:pulumi:Stack" }],
    ],
  );
  expect(Object.fromEntries(findUnfinished(state))).toEqual({ failed: false, new: true, replaced: true });
  expect(hasPendingOperations(state)).toBe(true);
  expect(hasPendingOperations(stateOf([topic("kept", 1)]))).toBe(false);
});

test("A topic that the update creates, changes, replaces or deletes is corrected in the state to match the cluster", () => {
  const state = stateOf(
    [
      topic("kept", 1),
      topic("grown", 6, { initErrors: ["timeout"] }),
      topic("replaced", 6, { pendingReplacement: true }),
      topic("emptied", 6, { pendingReplacement: true }),
      topic("deleted", 6),
      topic("spared", 6),
    ],
    [
      ["creating", topic("created", 3)],
      ["creating", topic("lost", 3)],
      ["creating", topic("replaced", 2)],
      ["deleting", topic("deleted", 6)],
      ["deleting", topic("spared", 6)],
    ],
  );
  const there = new Map([live("grown", 3), live("replaced", 2), live("created", 3), live("spared", 6)]);
  const { deployment } = recover(state, findUnfinished(state), there);
  const topics = deployment.resources?.filter(({ type }) => type === topicType) ?? [];
  expect(topics.map(({ id, outputs }) => [id, outputs?.partitions])).toEqual([
    ["kept", 1],
    ["grown", 3],
    ["replaced", 2],
    ["spared", 6],
    ["created", 3],
  ]);
  expect(topics.filter(({ pendingReplacement, initErrors }) => pendingReplacement || initErrors)).toEqual([]);
  expect(topics[1]?.inputs).toEqual({ __defaults: [], ...live("grown", 3)[1] });
  expect(deployment).toMatchObject({ pending_operations: [], manifest: { version: "v3" } });
});

test("A topic deleted by hand stays in the state, and a topic whose import was interrupted is not added to it", () => {
  const state = stateOf(
    [topic("changed", 1), topic("failed", 1, { initErrors: ["timeout"] })],
    [
      ["updating", topic("changed", 1)],
      ["importing", topic("imported", 1)],
    ],
  );
  const { deployment } = recover(state, findUnfinished(state), new Map([live("imported", 1)]));
  expect(deployment.resources).toEqual(state.deployment.resources);
});

test("Pending operations on resources other than topics are reported, for a person to check", () => {
  const acl = { urn: "urn:pulumi:test::kafka-topics::kafka:index/acl:Acl::a", type: "kafka:index/acl:Acl" };
  const state = stateOf(
    [],
    [
      ["creating", acl],
      ["updating", { urn: stack, type: "pulumi:pulumi:Stack" }],
    ],
  );
  expect(findForeign(state)).toEqual([acl.urn]);
  expect(recover(state, findUnfinished(state), new Map()).deployment.pending_operations).toEqual([]);
});

test("Undeclared topics and topics declared with fewer partitions are deleted; protected ones are not", () => {
  const state = stateOf([
    topic("gone", 1),
    topic("shrunk", 6),
    topic("grown", 3),
    topic("guarded", 6, { protect: true }),
  ]);
  const declared = new Map([
    ["shrunk", 3],
    ["grown", 6],
  ]);
  expect([...findDeletions(state, declared)]).toEqual(["gone", "shrunk"]);
});
