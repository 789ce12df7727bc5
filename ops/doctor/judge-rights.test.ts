import { expect, test } from "vitest";
import type { Operation } from "../../kafka/authorized-operations.ts";
import { judgeRights, type SeenRights } from "./judge-rights.ts";

const set = (...operations: Operation[]) => new Set(operations);
const all = set(
  "READ",
  "WRITE",
  "CREATE",
  "DELETE",
  "ALTER",
  "DESCRIBE",
  "DESCRIBE_CONFIGS",
  "ALTER_CONFIGS",
);
const reading = set("DESCRIBE", "DESCRIBE_CONFIGS");

/** What a principal with all rights is reported to have, on the stack's topic. */
const everything: SeenRights = {
  principal: "User:topics",
  cluster: set("CREATE", "ALTER", "DESCRIBE", "DESCRIBE_CONFIGS", "ALTER_CONFIGS"),
  topics: new Map([["orders", all]]),
  forbidden: [],
  group: set("READ", "DELETE", "DESCRIBE"),
  deployed: new Map([["orders", { isWritten: true }]]),
};

function judge(changes: Partial<SeenRights>) {
  const { status, observed, findings } = judgeRights({ ...everything, ...changes });
  const verdicts = (observed?.commands ?? []).map(({ command, verdict }) => [command, verdict]);
  const missing = findings.map((finding) =>
    finding.code === "PERMISSION_MISSING"
      ? [finding.expected.operation, finding.expected.resource, ...finding.expected.names].join(" ")
      : finding.code,
  );
  return { status, verdicts: Object.fromEntries(verdicts), missing };
}

test("A principal with all rights may run every command", () => {
  const verdicts = {
    preview: "yes",
    review: "yes",
    up: "yes",
    topics: "yes",
    drift: "yes",
    adopt: "yes",
    smoke: "yes",
  };
  expect(judge({})).toEqual({ status: "passed", verdicts, missing: [] });
});

test("A right that some changes need is named with its topics, and the other changes remain possible", () => {
  const topics = new Map([
    ["orders", all],
    ["orders.returns", set("DESCRIBE", "DESCRIBE_CONFIGS", "READ", "WRITE", "CREATE", "ALTER_CONFIGS")],
  ]);
  const deployed = new Map([...topics.keys()].map((name) => [name, { isWritten: true }]));
  expect(judge({ topics, deployed })).toMatchObject({
    status: "warning",
    verdicts: { up: "partly", drift: "yes", smoke: "yes" },
    missing: ["ALTER topic orders.returns", "DELETE topic orders.returns"],
  });
});

test("Without DESCRIBE on a topic of the stack, no command may run, and the step fails", () => {
  const { status, verdicts, missing } = judge({ topics: new Map(), forbidden: ["orders"] });
  expect(status).toBe("failed");
  expect(new Set(Object.values(verdicts))).toEqual(new Set(["no"]));
  expect(missing).toEqual(["DESCRIBE topic orders"]);
});

test("Without DESCRIBE_CONFIGS, the command that only lists topics may run", () => {
  const topics = new Map([["orders", set("DESCRIBE")]]);
  expect(judge({ topics }).verdicts).toMatchObject({ topics: "yes", drift: "no", up: "no", smoke: "no" });
});

test("CREATE on the cluster is as good as CREATE on the topics", () => {
  const topics = new Map([
    ["orders", set("DESCRIBE", "DESCRIBE_CONFIGS", "ALTER", "ALTER_CONFIGS", "DELETE")],
  ]);
  expect(judge({ topics }).missing).not.toContain("CREATE topic orders");
  expect(judge({ topics, cluster: set("DESCRIBE") }).missing).toContain("CREATE topic orders");
});

test("Without DESCRIBE on the cluster, ALTER is missing too, as it would imply DESCRIBE", () => {
  const { cluster: _, ...blind } = everything;
  expect(judgeRights(blind).findings).toMatchObject([
    {
      expected: { operation: "ALTER", resource: "cluster", names: [] },
      purpose: "change replication factors",
    },
  ]);
});

test("The suite needs to write only to topics with smoke: produce", () => {
  const topics = new Map([["orders", reading]]);
  const onlyRead = { topics, deployed: new Map([["orders", { isWritten: false }]]) };
  expect(judge(onlyRead).verdicts).toMatchObject({ smoke: "yes" });
  expect(judge({ topics }).missing).toEqual(
    expect.arrayContaining(["WRITE topic orders", "READ topic orders"]),
  );
  expect(judge({ topics, group: set() }).missing).toContain("READ group smoke-");
});

test("If the stack has deployed nothing, a right is missing only if the principal has it on no topic", () => {
  const { deployed: _, ...undeployed } = everything;
  const topics = new Map([
    ["orders", all],
    ["other.team", reading],
  ]);
  expect(judgeRights({ ...undeployed, topics })).toMatchObject({
    status: "passed",
    observed: { from: "cluster" },
  });
  const none = judgeRights({ ...undeployed, topics: new Map() });
  expect(none.findings).toEqual([]);
  expect(none.observed?.commands).toContainEqual({ command: "up", verdict: "unknown" });
});
