import { isThrottle } from "./throttles.ts";
import { type LiveTopic, replicationFactorsOf, type TopicSpec } from "./topic.ts";

/** One way in which a topic on the cluster differs from its spec. `expected` is from the spec, `observed` from the cluster. */
export type TopicDifference =
  | { readonly code: "TOPIC_MISSING" }
  | { readonly code: "PARTITION_COUNT_DIFFERS"; readonly expected: number; readonly observed: number }
  | { readonly code: "REPLICATION_FACTOR_DIFFERS"; readonly expected: number; readonly observed: number }
  | {
      /** The partitions have different replica counts; one of them may be the expected one. */
      readonly code: "REPLICATION_FACTOR_UNEVEN";
      readonly expected: number;
      readonly observed: readonly number[];
    }
  | {
      /** The topic sets the config to another value. */
      readonly code: "CONFIG_CHANGED_BY_HAND";
      readonly key: string;
      readonly expected: string;
      readonly observed: string;
    }
  | {
      /** The topic no longer sets the config. The effective value, `observed`, may still be the expected one. */
      readonly code: "CONFIG_REMOVED_BY_HAND";
      readonly key: string;
      readonly expected: string;
      readonly observed: string;
    }
  | {
      /** The topic sets a config that its spec does not. */
      readonly code: "CONFIG_ADDED_BY_HAND";
      readonly key: string;
      readonly expected: undefined;
      readonly observed: string;
    };

/** Every code of `TopicDifference`. */
export const topicDifferenceCodes = [
  "TOPIC_MISSING",
  "PARTITION_COUNT_DIFFERS",
  "REPLICATION_FACTOR_DIFFERS",
  "REPLICATION_FACTOR_UNEVEN",
  "CONFIG_CHANGED_BY_HAND",
  "CONFIG_REMOVED_BY_HAND",
  "CONFIG_ADDED_BY_HAND",
] as const satisfies readonly TopicDifference["code"][];

/**
 * Compares a topic on the cluster with its spec. A replication throttle that the spec does not have is no difference.
 * @param live undefined if the topic is not on the cluster; configs are compared only if it has them
 */
export function findDifferences(spec: TopicSpec, live: LiveTopic | undefined): TopicDifference[] {
  if (!live) return [{ code: "TOPIC_MISSING" }];
  const differences: TopicDifference[] = [];
  if (live.partitions.length !== spec.partitions) {
    const observed = live.partitions.length;
    differences.push({ code: "PARTITION_COUNT_DIFFERS", expected: spec.partitions, observed });
  }
  const factors = replicationFactorsOf(live);
  const [factor = 0] = factors;
  const expected = spec.replicationFactor;
  if (factors.length > 1)
    differences.push({ code: "REPLICATION_FACTOR_UNEVEN", expected, observed: factors });
  else if (factor !== expected) {
    differences.push({ code: "REPLICATION_FACTOR_DIFFERS", expected, observed: factor });
  }
  return live.configs ? [...differences, ...findConfigDifferences(spec.config, live.configs)] : differences;
}

function findConfigDifferences(
  declared: TopicSpec["config"],
  { values, own }: NonNullable<LiveTopic["configs"]>,
): TopicDifference[] {
  const observedOf = (key: string) => values.get(key) ?? "";
  const changed = Object.entries(declared).flatMap(([key, expected]): TopicDifference[] => {
    const observed = observedOf(key);
    if (!own.has(key)) return [{ code: "CONFIG_REMOVED_BY_HAND", key, expected, observed }];
    return observed === expected ? [] : [{ code: "CONFIG_CHANGED_BY_HAND", key, expected, observed }];
  });
  const added = [...own]
    .filter((key) => !(key in declared) && !isThrottle(key))
    .sort()
    .map((key) => ({
      code: "CONFIG_ADDED_BY_HAND" as const,
      key,
      expected: undefined,
      observed: observedOf(key),
    }));
  return [...changed, ...added];
}

/** Whether two specs have the same partitions, replication factor and configs. */
export function isSameShape(one: TopicSpec, other: TopicSpec): boolean {
  const keys = Object.keys(one.config);
  return (
    one.partitions === other.partitions &&
    one.replicationFactor === other.replicationFactor &&
    keys.length === Object.keys(other.config).length &&
    keys.every((key) => one.config[key] === other.config[key])
  );
}
