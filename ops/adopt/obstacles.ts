import { metricName } from "../../infra/catalogue.ts";
import { findContradictions } from "../../infra/resolve.ts";
import { parseTopic } from "../../infra/topic.ts";
import { topicConfig } from "../../infra/topic-config.ts";
import { type LiveTopic, replicationFactorsOf, type TopicSpec } from "../../kafka/topic.ts";
import { expressValue } from "./catalogue-source.ts";

/**
 * Why a catalogue cannot declare a topic as it is on the cluster.
 * @param declared the names in the catalogue, of which two must not have the same metrics
 * @returns nothing where it can
 */
export function findObstacles(
  live: Pick<LiveTopic, "partitions">,
  { name, replicationFactor, config }: TopicSpec,
  declared: readonly string[],
): string[] {
  const counts = replicationFactorsOf(live);
  const values = Object.entries(config).map(([key, text]) => [key, text, expressValue(key, text)] as const);
  const entry = {
    partitions: live.partitions.length,
    replicationFactor,
    config: Object.fromEntries(values.flatMap(([key, , value]) => (value ? [[key, value.value]] : []))),
  };
  const parsed = parseTopic("the cluster", name, entry);
  const twin = declared.find((other) => other !== name && metricName(other) === metricName(name));
  return [
    ...(counts.length > 1
      ? [`its partitions have ${counts.join(" and ")} replicas: is it being reassigned?`]
      : []),
    ...values.flatMap(([key, text, value]) => (value ? [] : [explainConfig(key, text)])),
    ...(Array.isArray(parsed) ? parsed.map(({ field, allowed }) => `${field}: allowed: ${allowed}`) : []),
    ...[...findContradictions({ replicationFactor, config })].map(
      ([key, allowed]) => `${key} is ${config[key]}, allowed: ${allowed}`,
    ),
    ...(twin === undefined ? [] : [`the catalogue declares ${twin}, which differs only in "." and "_"`]),
  ];
}

function explainConfig(key: string, text: string): string {
  return Object.hasOwn(topicConfig.shape, key)
    ? `${key} is ${JSON.stringify(text)}, which a catalogue cannot express`
    : `${key} is a config that a catalogue does not know`;
}
