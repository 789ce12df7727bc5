import { type ConfiguredCluster, type ConfiguredTopic, findDownBrokers } from "../kafka/live-cluster.ts";
import { findMoving, type MovingTopic } from "../kafka/moving-topics.ts";
import type { Refusal, Refusals } from "../kafka/refusal.ts";
import type { ConfigValue } from "../kafka/set-configs.ts";
import { type LiveTopic, replicationFactorsOf, specOf, type TopicSpec } from "../kafka/topic.ts";
import { isSameShape } from "../kafka/topic-difference.ts";
import type { PreflightError, PreflightWarning, Repair } from "./findings.ts";
import { givenOf, type Origin } from "./origin.ts";
import { ignores } from "./stack.ts";

/** The data that the preflight has read, for the checks. */
export type Seen = {
  readonly cluster: ConfiguredCluster;
  readonly live: ReadonlyMap<string, LiveTopic>;
  /** The topics in the stack's state. */
  readonly managed: ReadonlyMap<string, TopicSpec>;
  readonly principal: string;
  readonly origin: Origin;
};

/** A topic on the cluster that the update changes. */
export type TopicChange = {
  readonly topic: TopicSpec;
  /** The topic as the engine knows it: from the state or, if it is adopted, from the cluster. */
  readonly before: TopicSpec;
  readonly adopted: boolean;
  readonly live: ConfiguredTopic;
};

/** Finds how the update changes a topic that is on the cluster; undefined if it does not. */
export function findChange(topic: TopicSpec, { cluster, managed }: Seen): TopicChange | undefined {
  const live = cluster.configured.get(topic.name);
  if (!live) return undefined;
  const before = managed.get(topic.name) ?? specOf(live);
  const adopted = !managed.has(topic.name);
  // The provider uses the replica count of one partition for all of them, so an update would follow the adoption.
  const isUneven = adopted && (replicationFactorsOf(live).length > 1 || hasLeavingReplicas(live));
  return isSameShape(before, topic) && !isUneven ? undefined : { topic, before, adopted, live };
}

/**
 * Finds the declared configs that were changed by hand on a topic that the engine leaves unchanged, except those that the
 * stack ignores.
 */
export function findChangedByHand(topic: TopicSpec, seen: Seen): Repair[] {
  const live = seen.cluster.configured.get(topic.name);
  if (!live || findChange(topic, seen)) return [];
  const { own, values } = live.configs;
  return Object.entries(topic.config).flatMap(([key, expected]) => {
    const observed = values.get(key);
    // Resetting a config that the brokers do not return, or in another notation, would change nothing.
    const isSame = observed === undefined || (own.has(key) && isSameText(observed, expected));
    if (isSame || ignores(seen.origin.stack, topic.name, key)) return [];
    return [{ topic: topic.name, key, expected, observed }];
  });
}

/** `otherConfig` can have `False`, which a broker returns as `false`. */
function isSameText(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

/** Whether the engine deletes the topic and creates it again. */
export function isReplacement({ topic, before, adopted }: TopicChange): boolean {
  return !adopted && topic.partitions < before.partitions;
}

/**
 * Finds topics whose presence on the cluster stops the update, and topics that the principal may not see or delete.
 * @param declaredNames all declared topics, including those with problems
 */
export function checkPresence(
  topics: readonly TopicSpec[],
  declaredNames: readonly string[],
  { cluster, live, managed, principal, origin }: Seen,
): PreflightError[] {
  const declared = new Set(declaredNames);
  const forbid = (
    topic: string,
    operation: "DELETE" | "DESCRIBE",
    purpose: "delete" | "read",
  ): PreflightError => ({
    code: "PERMISSION_MISSING",
    topic,
    expected: { operation, resource: "topic", purpose },
    observed: principal,
  });

  return [
    ...cluster.forbidden.map((topic) => forbid(topic, "DESCRIBE", "read")),
    ...[...cluster.unread].flatMap(([topic, refusal]) =>
      declared.has(topic) ? [explainUnread(topic, refusal, principal)] : [],
    ),
    ...[...live.values()]
      .filter(({ name, mayDelete }) => !declared.has(name) && !mayDelete)
      .map(({ name }) => forbid(name, "DELETE", "delete")),
    ...topics
      .filter(({ name }) => !origin.stack.adoptExisting && live.has(name) && !managed.has(name))
      .map(({ name }) => ({ code: "TOPIC_EXISTS" as const, topic: name })),
  ];
}

function explainUnread(topic: string, { code, words }: Refusal, principal: string): PreflightError {
  if (code !== "TOPIC_AUTHORIZATION_FAILED") return { code: "CONFIGS_UNREADABLE", topic, observed: words };
  const expected = { operation: "DESCRIBE_CONFIGS", resource: "topic", purpose: "read" } as const;
  return { code: "PERMISSION_MISSING", topic, expected, observed: principal };
}

/**
 * Finds a layout that differs from the state: the update would wait for the numbers in the state, and fail. It changes every
 * partition to the declared replication factor, so those that have it already, as after an interrupted update, are no
 * difference.
 */
export function checkLayout(change: TopicChange): PreflightError[] {
  const { topic, before, adopted, live } = change;
  const { name, replicationFactor } = topic;
  const factors = replicationFactorsOf(live);
  const isKnown = (factor: number) => [before.replicationFactor, replicationFactor].includes(factor);
  // An adoption would take over the replica count of one partition.
  if (factors.length > 1 && (adopted || !isResized(change) || !factors.every(isKnown))) {
    const expected = before.replicationFactor;
    return [{ code: "REPLICATION_FACTOR_UNEVEN", topic: name, expected, observed: factors }];
  }
  const now = specOf(live);
  const isSame = now.partitions === before.partitions && isKnown(now.replicationFactor);
  if (adopted || isSame) return [];
  const [expected, observed] = [layoutOf(before), layoutOf(now)];
  return [{ code: "LAYOUT_CHANGED_BY_HAND", topic: name, expected, observed }];
}

/**
 * Finds a topic that has more replicas until a move ends. After a change, the provider waits for the declared number, and
 * fails; after an adoption, an update to this number would cancel the move.
 */
export function checkMoves(change: TopicChange): MovingTopic[] {
  return isReplacement(change) || !hasLeavingReplicas(change.live) ? [] : findMoving([change.live]);
}

function hasLeavingReplicas({ partitions }: Pick<LiveTopic, "partitions">): boolean {
  return partitions.some(({ move }) => move !== undefined && move.from.length > 0);
}

function layoutOf({ partitions, replicationFactor }: TopicSpec) {
  return { partitions, replicationFactor };
}

/** Whether the update changes a topic's replication factor. */
export function isResized({ topic, before }: TopicChange): boolean {
  return topic.replicationFactor !== before.replicationFactor;
}

/** Checks the parts of a change that the broker cannot validate. */
export function checkChange(change: TopicChange, { cluster, principal, origin }: Seen): PreflightError[] {
  const { topic, before, adopted, live } = change;
  const findings: PreflightError[] = [];
  const forbid = (expected: Extract<PreflightError, { code: "PERMISSION_MISSING" }>["expected"]) =>
    findings.push({ code: "PERMISSION_MISSING", topic: topic.name, expected, observed: principal });
  if (isReplacement(change)) {
    if (!live.mayDelete) forbid({ operation: "DELETE", resource: "topic", purpose: "replace" });
    return findings;
  }
  if (adopted && topic.partitions < before.partitions) {
    const [expected, observed] = [topic.partitions, before.partitions];
    findings.push({ code: "ADOPTION_WOULD_REPLACE", topic: topic.name, expected, observed });
  }
  if (!isResized(change)) return findings;
  const brokers = cluster.brokers.length;
  if (topic.replicationFactor > brokers) {
    const expected = topic.replicationFactor;
    const down = findDownBrokers(cluster);
    findings.push({ code: "NOT_ENOUGH_BROKERS", topic: topic.name, expected, observed: brokers, down });
  }
  if (!cluster.mayAlter) forbid({ operation: "ALTER", resource: "cluster", purpose: "reassign" });
  if (origin.stack.replicationThrottle !== undefined && !cluster.mayAlterConfigs)
    forbid({ operation: "ALTER_CONFIGS", resource: "cluster", purpose: "throttle" });
  return findings;
}

/**
 * Finds what a change does that the engine's preview does not show.
 * @param throttles that are set again
 */
export function warnOf(change: TopicChange, throttles: readonly ConfigValue[] = []): PreflightWarning[] {
  const { topic, before, live } = change;
  if (isReplacement(change)) {
    const [expected, observed] = [topic.partitions, before.partitions];
    return [{ code: "DATA_LOSS_REPLACE", topic: topic.name, expected, observed }];
  }
  const kept = throttles.filter((throttle) => throttle.topic === topic.name).map(({ key }) => key);
  // With every change, the provider writes all configs of the topic.
  return [...live.configs.own].flatMap((key): PreflightWarning[] => {
    const observed = live.configs.values.get(key) ?? "";
    const expected = topic.config[key];
    const isKnown = before.config[key] === observed && expected !== undefined;
    if (isKnown || observed === expected || kept.includes(key)) return [];
    return [
      {
        code: "CONFIG_RESET",
        topic: topic.name,
        key,
        ...(expected !== undefined && { expected }),
        observed,
      },
    ];
  });
}

/** What the brokers answered to the validation of changes that need one operation. */
export type Validation = {
  readonly operation: "CREATE" | "ALTER" | "ALTER_CONFIGS";
  readonly refusals: Refusals;
};

const unauthorized = ["TOPIC_AUTHORIZATION_FAILED", "CLUSTER_AUTHORIZATION_FAILED"];

/** Converts the brokers' refusals to missing rights, and to findings about the values that they name. */
export function explainRefusals(
  topics: readonly TopicSpec[],
  { operation, refusals }: Validation,
  principal: string,
): PreflightError[] {
  return topics.flatMap((topic): PreflightError[] => {
    const refusal = refusals.get(topic.name);
    if (!refusal) return [];
    if (unauthorized.includes(refusal.code)) {
      const missing = { operation, resource: "topic", purpose: "change" } as const;
      return [{ code: "PERMISSION_MISSING", topic: topic.name, expected: missing, observed: principal }];
    }
    const path = pathOf(topic, refusal);
    const { partitions, replicationFactor, config } = topic;
    const expected = givenOf(topic, path) ?? { partitions, replicationFactor, config };
    const { code: error, words: observed } = refusal;
    return [{ code: "REFUSED_BY_BROKER", topic: topic.name, path, expected, observed, error }];
  });
}

/** Returns the path of the field that a broker's message is about; empty for the topic as a whole. */
function pathOf({ config }: TopicSpec, { code, words }: Refusal): string[] {
  if (code === "INVALID_REPLICATION_FACTOR") return ["replicationFactor"];
  if (code === "INVALID_PARTITIONS") return ["partitions"];
  if (code !== "INVALID_CONFIG") return [];
  // This is the only message of a broker that does not name the key.
  const named = /tiered storage/i.test(words)
    ? "remote.storage.enable"
    : Object.keys(config).find((key) => words.split(/[\s:,"']+/).includes(key));
  return named === undefined ? [] : ["config", named];
}
