import type { ConfigValue } from "../kafka/set-configs.ts";
import { throttledReplicas } from "../kafka/throttles.ts";
import type { TopicSpec } from "../kafka/topic.ts";
import { findChange, isReplacement, type Seen } from "./preflight-checks.ts";

/**
 * Finds a replication throttle on a topic that the update changes or adopts, and that someone else has set: neither the
 * declaration nor the last update has it.
 */
export function findThrottles(topic: TopicSpec, seen: Seen): ConfigValue[] {
  const live = seen.cluster.configured.get(topic.name);
  const before = seen.managed.get(topic.name);
  const change = findChange(topic, seen);
  if (!live || (before && !change) || (change && isReplacement(change))) return [];
  const { own, values } = live.configs;
  return throttledReplicas.flatMap((key) => {
    const expected = values.get(key) ?? "";
    const isForeign = own.has(key) && topic.config[key] === undefined && before?.config[key] !== expected;
    return isForeign ? [{ topic: topic.name, key, expected }] : [];
  });
}
