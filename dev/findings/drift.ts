import { describeMoves, type MovingTopic } from "../../kafka/moving-topics.ts";
import type { Difference, Gap } from "../../ops/drift/findings.ts";
import { describeDifference, describeGap } from "../../ops/drift/wording.ts";
import { unreachable } from "./connection.ts";
import type { CodeEntry, FindingsSection } from "./section.ts";

const topic = "orders";

function entry(found: Difference, meaning: string): CodeEntry {
  const { what, expected, observed } = describeDifference(found);
  return { meaning, message: `${what}: expected ${expected}, observed ${observed}` };
}

const gap = (found: Gap, meaning: string): CodeEntry => ({ meaning, message: describeGap(found, "prod") });

const codes = {
  TOPIC_MISSING: entry({ topic, code: "TOPIC_MISSING" }, "A topic of the stack is not on the cluster."),
  PARTITION_COUNT_DIFFERS: entry(
    { topic, code: "PARTITION_COUNT_DIFFERS", expected: 6, observed: 8 },
    "The topic has a different number of partitions.",
  ),
  REPLICATION_FACTOR_DIFFERS: entry(
    { topic, code: "REPLICATION_FACTOR_DIFFERS", expected: 3, observed: 2 },
    "All partitions have the same number of replicas, but not the expected one.",
  ),
  REPLICATION_FACTOR_UNEVEN: entry(
    { topic, code: "REPLICATION_FACTOR_UNEVEN", expected: 3, observed: [2, 3] },
    "The partitions have different replica counts.",
  ),
  CONFIG_CHANGED_BY_HAND: entry(
    { topic, code: "CONFIG_CHANGED_BY_HAND", key: "retention.ms", expected: "3600000", observed: "7200000" },
    "A declared config has a different value.",
  ),
  CONFIG_REMOVED_BY_HAND: entry(
    {
      topic,
      code: "CONFIG_REMOVED_BY_HAND",
      key: "retention.ms",
      expected: "3600000",
      observed: "604800000",
    },
    "A declared config is no longer set on the topic.",
  ),
  CONFIG_ADDED_BY_HAND: entry(
    { topic, code: "CONFIG_ADDED_BY_HAND", key: "segment.ms", expected: undefined, observed: "3600000" },
    "The topic sets a config that the catalogue does not declare.",
  ),
  TOPIC_UNDECLARED: entry(
    {
      topic,
      code: "TOPIC_UNDECLARED",
      observed: { partitions: 6, bytes: 1024, lastWrite: "2026-01-31T09:30:00.000Z" },
    },
    "The cluster has a topic that the stack has not deployed.",
  ),
  PARTITIONS_MOVING: {
    meaning: "Warning, and no drift: replicas of the topic are moving to other brokers.",
    message: describeMoves([{ partition: 0, from: [1], to: [4], bytes: 60_000_000, copied: 18_000_000 }]),
  },
  STACK_NOT_DEPLOYED: gap({ code: "STACK_NOT_DEPLOYED" }, "Nothing to compare: the stack has no topics."),
  UPDATE_RUNNING: gap(
    { code: "UPDATE_RUNNING", observed: "ci on runner-7 (process 123), since 2026-01-31T09:30:00Z" },
    "An update of the stack is running, or may be running.",
  ),
  UPDATED_MEANWHILE: gap({ code: "UPDATED_MEANWHILE" }, "An update finished while the stack was compared."),
  UPDATE_UNFINISHED: gap(
    { code: "UPDATE_UNFINISHED", observed: ["orders", "orders.returns"] },
    "The last update was interrupted or failed.",
  ),
  PERMISSION_MISSING: gap(
    {
      code: "PERMISSION_MISSING",
      topic,
      expected: "DESCRIBE",
      observed: "User:topics",
      servers: "broker-1.example.com:9093",
      grantedBy: "acl",
    },
    "The principal may not see a topic or its configs.",
  ),
  CONFIGS_UNREADABLE: gap(
    { code: "CONFIGS_UNREADABLE", topic, observed: "The server experienced an unexpected error." },
    "The broker does not return the configs of a topic.",
  ),
  CLUSTER_UNREACHABLE: gap(unreachable, "No bootstrap server can be used, as under Preflight."),
  COMPARISON_FAILED: gap(
    { code: "COMPARISON_FAILED", observed: "no stack named 'prod' found" },
    "The engine did not answer, or the cluster returned an error.",
  ),
} satisfies Record<(Difference | MovingTopic | Gap)["code"], CodeEntry>;

/** How the cluster differs from what was deployed. */
export const driftSection: FindingsSection = {
  title: "Drift",
  intro:
    "Reported by `npm run drift`: in `differences`, in `warnings`, or in `errors` for what could not be compared.",
  codes,
};
