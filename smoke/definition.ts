import type { LiveConfigs, LiveTopic, TopicSpec } from "../kafka/topic.ts";
import { type Check, compare } from "./result.ts";

/** What the cluster says of a topic. */
export type Live = {
  /** Absent: the topic is not there, or may not be seen. */
  readonly topic: LiveTopic | undefined;
  /** The principal may not DESCRIBE the topic. */
  readonly forbidden: boolean;
  /** Absent: the principal may not DESCRIBE_CONFIGS of the topic. */
  readonly configs: LiveConfigs | undefined;
};

const group = "definition";
const present = "on the cluster";
const deploy = "npm run up makes the topic as declared; npm run preview shows what it would change.";

/** Compares a topic as deployed with the topic as the cluster has it. */
export function checkDefinition(deployed: TopicSpec, live: Live, principal: string): Check[] {
  const { name } = deployed;
  if (live.forbidden) {
    const cause = `${principal} may not see the topic (TOPIC_AUTHORIZATION_FAILED). Grant it DESCRIBE on topic ${name}.`;
    return [compare(group, "exists", present, "not known", cause)];
  }
  if (!live.topic) {
    const cause =
      "the topic is missing: it was deleted behind Pulumi's back, or this is another cluster. " +
      "Compare kafka:bootstrapServers; to make it anew, npm run pulumi -- refresh, then npm run up.";
    return [compare(group, "exists", present, "not on the cluster", cause)];
  }
  const factors = [...new Set(live.topic.partitions.map(({ replicas }) => replicas.length))].sort(
    (a, b) => a - b,
  );
  const { partitions } = live.topic;
  return [
    compare(group, "exists", present, present, ""),
    compare(
      group,
      "partitions",
      deployed.partitions,
      partitions.length,
      `the topic has ${partitions.length} partitions where ${deployed.partitions} are deployed: somebody changed it by hand. ` +
        (partitions.length > deployed.partitions
          ? `Partitions cannot be taken away: declare ${partitions.length}.`
          : deploy),
    ),
    compare(
      group,
      "replication factor",
      deployed.replicationFactor,
      factors.join(" and "),
      `its partitions have ${factors.join(" and ")} replicas where ${deployed.replicationFactor} are deployed: ` +
        `a reassignment by hand, or one under way. ${deploy}`,
    ),
    ...checkConfigs(deployed, live.configs, principal),
  ];
}

function checkConfigs(
  { name, config }: TopicSpec,
  live: LiveConfigs | undefined,
  principal: string,
): Check[] {
  if (!live) {
    const cause = `${principal} may not compare the configs. Grant it DESCRIBE_CONFIGS on topic ${name}.`;
    return [{ group, name: "configs", expected: "known", observed: "not known", verdict: "failed", cause }];
  }
  const declared = Object.entries(config).map(([key, value]) => {
    const observed = live.values.get(key) ?? "not known to the broker";
    const cause = `${key} was changed behind Pulumi's back, from ${value} to ${observed}. ${deploy}`;
    return compare(group, `config ${key}`, value, observed, cause);
  });
  const undeclared = [...live.own].filter((key) => !(key in config)).sort();
  if (undeclared.length === 0) return declared;
  const observed = undeclared.map((key) => `${key}=${live.values.get(key)}`).join(", ");
  const cause =
    `set on the cluster and not declared: ${observed}. ` +
    "The next update of the topic resets them: declare them, or remove them.";
  return [
    ...declared,
    { group, name: "undeclared configs", expected: "none", observed, verdict: "warning", cause },
  ];
}
