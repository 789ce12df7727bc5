import { isDeepStrictEqual } from "node:util";
import type { TopicSpec } from "../kafka/topic.ts";
import { findGiven, type Origin } from "./origin.ts";

/** A value that a topic has on a stack, and where it comes from. */
export type SourcedValue = {
  /** `["partitions"]`, `["config", "retention.ms"]` */
  readonly path: readonly string[];
  /** null for an owner or a description that the topic does not have. */
  readonly value: unknown;
  /** `infra/topics/orders.ts: orders.partitions`; absent if nothing gives the value. */
  readonly source?: string;
};

/** Returns the values that a topic has on a stack, except its sample, each with the place that decides it. */
export function sourcesOf(topic: TopicSpec, origin: Origin): SourcedValue[] {
  const { partitions, replicationFactor, config, smoke, protect, owner = null, description = null } = topic;
  const configs = Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1));
  const values: (readonly [path: readonly string[], value: unknown])[] = [
    [["partitions"], partitions],
    [["replicationFactor"], replicationFactor],
    ...configs.map(([key, value]) => [["config", key], value] as const),
    [["smoke"], smoke],
    [["protect"], protect],
    [["owner"], owner],
    [["description"], description],
  ];
  return values.map(([path, value]) => {
    const { place, field, value: given } = findGiven(topic.name, path, origin);
    if (given === undefined) return { path, value };
    const isCapped = !isDeepStrictEqual(given, value);
    return {
      path,
      value,
      source: isCapped ? `${origin.stack.file}: maxReplicationFactor` : `${place}: ${field}`,
    };
  });
}
