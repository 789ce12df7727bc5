import { expect, test } from "vitest";
import type { Operation } from "../../kafka/authorized-operations.ts";
import type { SmokeMode } from "../../kafka/topic.ts";
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
const groups = { name: "", isPrefix: true };

/** What the brokers report for a principal with all rights, and a topic of the stack. */
const everything: SeenRights = {
  principal: "User:topics",
  grantedBy: "acl",
  cluster: set("CREATE", "ALTER", "DESCRIBE", "DESCRIBE_CONFIGS", "ALTER_CONFIGS"),
  topics: new Map([["orders", all]]),
  forbidden: [],
  deployed: new Map([["orders", { smoke: "produce" }]]),
};
const { deployed: _, ...undeployed } = everything;

/** Judges rights and returns the verdict for each command, and what is missing. */
function judge(seen: SeenRights, principal: "deploying" | "smoke" = "deploying") {
  const { observed, findings } = judgeRights(principal, seen);
  const verdicts = observed.commands.map(({ command, verdict }) => [command, verdict]);
  const missing = findings.map((finding) =>
    finding.code === "PERMISSION_MISSING"
      ? [finding.expected.operation, finding.expected.resource, ...finding.expected.names].join(" ")
      : finding.code,
  );
  return { verdicts: Object.fromEntries(verdicts), missing };
}

test("A principal with all rights may run every command", () => {
  const verdicts = { preview: "yes", review: "yes", up: "yes", topics: "yes", drift: "yes", adopt: "yes" };
  expect(judge(everything)).toEqual({ verdicts, missing: [] });
  const group = { ...groups, operations: set("READ", "DELETE") };
  expect(judge({ ...everything, group }, "smoke")).toEqual({ verdicts: { smoke: "yes" }, missing: [] });
});

test("A right that some changes need is named with its topics, and the other changes remain possible", () => {
  const topics = new Map([
    ["orders", all],
    ["orders.returns", set("DESCRIBE", "DESCRIBE_CONFIGS", "READ", "WRITE", "CREATE", "ALTER_CONFIGS")],
  ]);
  const deployed = new Map([...topics.keys()].map((name) => [name, { smoke: "produce" } as const]));
  expect(judge({ ...everything, topics, deployed })).toMatchObject({
    verdicts: { up: "partly", drift: "yes" },
    missing: ["ALTER topic orders.returns", "DELETE topic orders.returns"],
  });
});

test("Without DESCRIBE on a topic of the stack, no command may run", () => {
  const { verdicts, missing } = judge({ ...everything, topics: new Map(), forbidden: ["orders"] });
  expect(new Set(Object.values(verdicts))).toEqual(new Set(["no"]));
  expect(missing).toEqual(["DESCRIBE topic orders"]);
});

test("A step fails only if the principal may run no command", () => {
  const statusWith = (principal: "deploying" | "smoke", seen: Partial<SeenRights>) =>
    judgeRights(principal, { ...everything, ...seen }).status;
  const unseen = { topics: new Map(), forbidden: ["orders"] };
  const listed = { topics: new Map([["orders", set("DESCRIBE")]]) };
  expect(statusWith("deploying", {})).toBe("passed");
  expect(statusWith("deploying", listed)).toBe("warning");
  expect(statusWith("deploying", unseen)).toBe("failed");
  expect(statusWith("smoke", listed)).toBe("failed");
});

test("Without DESCRIBE_CONFIGS, the command that only lists topics may run", () => {
  const topics = new Map([["orders", set("DESCRIBE")]]);
  const { verdicts } = judge({ ...everything, topics });
  expect(verdicts).toMatchObject({ topics: "yes", drift: "no", up: "no" });
});

test("CREATE on the cluster is as good as CREATE on the topics", () => {
  const topics = new Map([["orders", reading]]);
  const isMissing = (seen: SeenRights) => judge(seen).missing.includes("CREATE topic orders");
  expect(isMissing({ ...everything, topics })).toBe(false);
  expect(isMissing({ ...everything, topics, cluster: set("DESCRIBE") })).toBe(true);
});

test("Without DESCRIBE on the cluster, ALTER is missing too, because it would imply DESCRIBE", () => {
  const { cluster: _, ...blind } = everything;
  expect(judge(blind)).toMatchObject({ verdicts: { up: "partly" }, missing: ["ALTER cluster"] });
});

test("The smoke suite needs to write only to topics with smoke: produce or dry-run, and groups only for the former", () => {
  const topics = new Map([["orders", reading]]);
  const group = { ...groups, operations: set("READ", "DELETE") };
  const none = { ...groups, operations: set() };
  const missingFor = (smoke: SmokeMode, of: typeof group) =>
    judge({ ...everything, topics, group: of, deployed: new Map([["orders", { smoke }]]) }, "smoke").missing;
  expect(missingFor("metadata", none)).toEqual([]);
  expect(missingFor("dry-run", none)).toEqual(["WRITE topic orders", "READ topic orders"]);
  expect(missingFor("produce", none)).toContain("READ group smoke-");
  expect(judge({ ...everything, topics, group }, "smoke")).toEqual({
    verdicts: { smoke: "partly" },
    missing: ["WRITE topic orders", "READ topic orders"],
  });
  expect(judge({ ...undeployed, topics, group }, "smoke").missing).toContain("WRITE topic orders");
});

test("Rights on the suite's groups are named by their prefix, or by the only group", () => {
  const judgeGroup = (name: string, isPrefix: boolean) =>
    judge({ ...everything, group: { name, isPrefix, operations: set("READ") } }, "smoke").missing;
  expect(judgeGroup("", true)).toEqual(["DELETE group smoke-"]);
  expect(judgeGroup("audit-", true)).toEqual(["DELETE group audit-"]);
  expect(judgeGroup("audit", false)).toEqual(["DELETE group audit"]);
});

test("If the stack has deployed nothing, a right is missing only if the principal has it on no topic", () => {
  const topics = new Map([
    ["orders", all],
    ["other.team", reading],
  ]);
  expect(judge({ ...undeployed, topics })).toMatchObject({ verdicts: { up: "yes" }, missing: [] });
  expect(judge({ ...undeployed, topics: new Map([["other.team", reading]]) }).missing).toContain(
    "DELETE topic other.team",
  );
  expect(judge({ ...undeployed, topics: new Map() })).toMatchObject({
    verdicts: { up: "unknown" },
    missing: [],
  });
});

test("If the stack has deployed nothing, a command needs all its rights on the same topic", () => {
  const topics = new Map([
    ["orders", set("DESCRIBE", "DESCRIBE_CONFIGS", "CREATE", "ALTER", "ALTER_CONFIGS")],
    ["other.team", set("DESCRIBE", "DESCRIBE_CONFIGS", "DELETE")],
  ]);
  expect(judge({ ...undeployed, topics })).toMatchObject({
    verdicts: { preview: "yes", review: "yes", up: "partly", drift: "yes" },
    missing: [],
  });
});
