import { countOf, describeValue } from "../kafka/describe-value.ts";
import type { ConfiguredCluster } from "../kafka/live-cluster.ts";
import type { Problem } from "../kafka/problem.ts";
import { explainUnreadConfigs, type Refusal, type Refusals } from "../kafka/refusal.ts";
import { type LiveConfigs, type LiveTopic, specOf, type TopicSpec } from "../kafka/topic.ts";
import { isSameShape } from "../kafka/topic-difference.ts";
import { givenOf, type Origin, placeOf } from "./origin.ts";

/** What the preflight has read, for the checks. */
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
  /** What the engine takes the topic to be: the state's word; of one that is adopted, the cluster's. */
  readonly before: TopicSpec;
  readonly adopted: boolean;
  /** As it is on the cluster. */
  readonly now: TopicSpec;
  readonly configs: LiveConfigs;
};

/** What the update has to do to a topic that is on the cluster, if anything. */
export function findChange(topic: TopicSpec, { cluster, managed }: Seen): TopicChange | undefined {
  const found = cluster.configured.get(topic.name);
  if (!found) return undefined;
  const now = specOf(found);
  const before = managed.get(topic.name) ?? now;
  if (isSameShape(before, topic)) return undefined;
  return { topic, before, adopted: !managed.has(topic.name), now, configs: found.configs };
}

/** Whether the engine deletes the topic and creates it again. */
export function isReplacement({ topic, before, adopted }: TopicChange): boolean {
  return !adopted && topic.partitions < before.partitions;
}

/**
 * Topics that the update takes for granted and that are not there, or that the principal may not see or delete.
 * @param names of all that the catalogue declares
 */
export function checkPresence(
  topics: readonly TopicSpec[],
  names: readonly string[],
  { cluster, live, managed, principal, origin }: Seen,
): Problem[] {
  const { stack, entries } = origin;
  const declared = new Set(names);
  const forbidden = new Set(cluster.forbidden);
  const problem = (name: string, given: unknown, refused: string): Problem => ({
    place: entries.get(name)?.file ?? `state of stack ${stack.name}`,
    field: name,
    given,
    refused,
  });
  const forbid = (name: string, operation: string) =>
    problem(name, principal, `it may not ${operation} the topic. Grant it ${operation} on topic ${name}.`);

  const missing = [...managed.keys()].filter((name) => !live.has(name) && !forbidden.has(name));
  if (missing.length > 1 && missing.length === managed.size) {
    const given = `a cluster with none of the stack's ${missing.length} topics`;
    const refused = `is it another cluster? If it lost them: npm run up -- --recreate --stack ${stack.name}`;
    return [{ place: stack.file, field: "kafka:bootstrapServers", given, refused }];
  }
  return [
    ...[...forbidden].map((name) => forbid(name, "DESCRIBE")),
    ...[...cluster.unread]
      .filter(([name]) => entries.has(name))
      .map(([name, refusal]) => problem(name, principal, explainUnreadConfigs(name, refusal, "it"))),
    ...[...live.values()]
      .filter(({ name, mayDelete }) => !declared.has(name) && !mayDelete)
      .map(({ name }) => forbid(name, "DELETE")),
    ...topics
      .filter(({ name }) => !stack.adoptExisting && live.has(name) && !managed.has(name))
      .map(({ name }) =>
        problem(name, "a topic that is on the cluster already", `adoptExisting of ${stack.file} is false.`),
      ),
    ...missing.map((name) =>
      problem(
        name,
        "a topic of the stack",
        `it is not on the cluster any more. To make it anew, empty: npm run up -- --recreate --stack ${stack.name}`,
      ),
    ),
  ];
}

/** What was changed by hand where the update would not look: it waits for its own numbers, and fails. */
export function isChangedByHand({ before, now }: TopicChange): boolean {
  return before.partitions !== now.partitions || before.replicationFactor !== now.replicationFactor;
}

/** What the broker cannot be asked about a change. */
export function checkChange(change: TopicChange, { cluster, live, origin, principal }: Seen): Problem[] {
  const { topic, before, adopted, now } = change;
  const { stack } = origin;
  const problems: Problem[] = [];
  if (isChangedByHand(change)) {
    const [is, was] = [now, before].map(
      ({ partitions, replicationFactor }) =>
        `${countOf(partitions, "partition")}, ${countOf(replicationFactor, "replica")}`,
    );
    const refused = `the cluster has ${is}, the last update left ${was}: changed by hand, or by an update that broke off. Declare what is there, then npm run pulumi -- refresh --stack ${stack.name}`;
    return [{ ...placeOf(topic.name, [], origin), given: summaryOf(topic), refused }];
  }
  if (isReplacement(change) && !live.get(topic.name)?.mayDelete) {
    const refused = `to replace the topic ${principal} may not DELETE it. Grant it DELETE on topic ${topic.name}.`;
    problems.push({ ...placeOf(topic.name, ["partitions"], origin), given: topic.partitions, refused });
  }
  if (adopted && topic.partitions < before.partitions) {
    const has = `the topic is on the cluster and has ${before.partitions}`;
    const allowed = `at least ${before.partitions}: ${has}; to adopt it with fewer would delete it`;
    problems.push({ ...placeOf(topic.name, ["partitions"], origin), given: topic.partitions, allowed });
  }
  if (isReplacement(change) || topic.replicationFactor === before.replicationFactor) return problems;
  const replicas = { ...placeOf(topic.name, ["replicationFactor"], origin), given: topic.replicationFactor };
  const brokers = cluster.brokers.length;
  if (topic.replicationFactor > brokers) {
    problems.push({ ...replicas, allowed: `at most ${brokers}, the brokers that are up` });
  }
  if (!cluster.mayAlter) {
    const refused = `to move replicas ${principal} may not ALTER the cluster. Grant it ALTER on the cluster.`;
    problems.push({ ...replicas, refused });
  }
  return problems;
}

/** What a change does that the engine's preview has no words for. */
export function warnOf(topicChange: TopicChange): string[] {
  const { topic, before, configs } = topicChange;
  const { name, partitions, config } = topic;
  if (isReplacement(topicChange)) {
    const change = `${before.partitions} → ${countOf(partitions, "partition")}`;
    return [`${name}: ${change}: the topic is deleted with all its records and created again.`];
  }
  // Whatever the change, the provider writes all configs of the topic.
  return [...configs.own].flatMap((key) => {
    const now = configs.values.get(key) ?? "";
    const isKnown = before.config[key] === now && config[key] !== undefined;
    if (isKnown || now === config[key]) return [];
    const to = config[key] === undefined ? "the cluster's default" : describeValue(key, config[key]);
    return [`${name}: the update resets ${key}, on the cluster ${describeValue(key, now)}, to ${to}.`];
  });
}

/** The broker's refusals as problems of the values that they are about. */
export function explainRefusals(topics: readonly TopicSpec[], refusals: Refusals, origin: Origin): Problem[] {
  return topics.flatMap((topic) => {
    const refusal = refusals.get(topic.name);
    if (!refusal) return [];
    const path = pathOf(topic, refusal);
    const given = path.length > 0 ? givenOf(topic, path) : summaryOf(topic);
    return [{ ...placeOf(topic.name, path, origin), given, refused: refusal.words }];
  });
}

/** Which field of a topic a broker's words are about; none where they are about the whole. */
function pathOf({ config }: TopicSpec, { code, words }: Refusal): string[] {
  if (code === "INVALID_REPLICATION_FACTOR") return ["replicationFactor"];
  if (code === "INVALID_PARTITIONS") return ["partitions"];
  if (code !== "INVALID_CONFIG") return [];
  // The one refusal of a broker that names no key.
  const named = /tiered storage/i.test(words)
    ? "remote.storage.enable"
    : Object.keys(config).find((key) => words.split(/[\s:,"']+/).includes(key));
  return named === undefined ? [] : ["config", named];
}

function summaryOf({ partitions, replicationFactor, config }: TopicSpec): string {
  const configs = Object.entries(config).map(([key, value]) => `, ${key}=${value}`);
  return `${countOf(partitions, "partition")}, ${countOf(replicationFactor, "replica")}${configs.join("")}`;
}
