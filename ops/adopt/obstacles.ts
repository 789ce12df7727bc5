import { metricName } from "../../infra/catalogue.ts";
import { parseTopic } from "../../infra/parse-topic.ts";
import { findContradictions } from "../../infra/resolve.ts";
import { type LiveTopic, replicationFactorsOf, type TopicSpec } from "../../kafka/topic.ts";
import { expressValue, splitConfig } from "./catalogue-source.ts";
import type { Obstacle } from "./findings.ts";

/**
 * Finds why a catalogue cannot declare a topic as it is on the cluster.
 * @param declared the names in the catalogue; no two topics may have the same metric name
 * @returns an empty list if a catalogue can declare the topic
 */
export function findObstacles(
  live: Pick<LiveTopic, "partitions">,
  { name, replicationFactor, config }: TopicSpec,
  declared: readonly string[],
): Obstacle[] {
  const counts = replicationFactorsOf(live);
  const [known, otherConfig] = splitConfig(config);
  const values = Object.entries(known).map(([key, text]) => [key, text, expressValue(key, text)] as const);
  const entry = {
    partitions: live.partitions.length,
    replicationFactor,
    config: Object.fromEntries(values.flatMap(([key, , value]) => (value ? [[key, value.value]] : []))),
    otherConfig,
  };
  const parsed = parseTopic("the cluster", name, entry);
  const twin = declared.find((other) => other !== name && metricName(other) === metricName(name));
  return [
    ...(counts.length > 1 ? [{ code: "REPLICATION_FACTOR_UNEVEN" as const, observed: counts }] : []),
    ...values.flatMap(([key, observed, value]) =>
      value ? [] : [{ code: "CONFIG_NOT_EXPRESSIBLE" as const, key, observed }],
    ),
    ...(Array.isArray(parsed)
      ? parsed.map(({ field, allowed = "" }) => ({
          code: "DECLARATION_INVALID" as const,
          field,
          expected: allowed,
        }))
      : []),
    ...[...findContradictions({ replicationFactor, config })].map(([key, expected]) => ({
      code: "CONFIGS_CONTRADICT" as const,
      key,
      expected,
      observed: config[key] ?? "",
    })),
    ...(twin === undefined ? [] : [{ code: "TOPIC_NAMES_COLLIDE" as const, observed: twin }]),
  ];
}
