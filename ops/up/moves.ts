import type { AddedPartitions } from "../../kafka/place-added.ts";
import type { ConfigValue } from "../../kafka/set-configs.ts";
import type { Review } from "../review/findings.ts";

/** What happens on the cluster before and after the engine's update of a stack. */
export type Moves = {
  /** The new replication factors, by topic. */
  readonly factors: ReadonlyMap<string, number>;
  /** Lower values of `min.insync.replicas`, which have to precede a lower replication factor. */
  readonly lowered: readonly ConfigValue[];
  /** Topics that are throttled, perhaps by an interrupted update. */
  readonly throttled: readonly string[];
};

/**
 * Finds what has to happen on the cluster around the engine's update: changes of replication factors, and the removal of a
 * throttle that an interrupted update has left, or the return of one that others have set.
 * @param isLimited whether the update is limited to some topics; the provider then changes their replication factors itself
 */
export function movesOf(
  { changes, warnings }: Pick<Review, "changes" | "warnings">,
  isLimited: boolean,
): Moves | undefined {
  const factors = new Map(
    changes.flatMap((change) => {
      const isResized =
        change.code === "REPLICATION_FACTOR_RAISED" || change.code === "REPLICATION_FACTOR_LOWERED";
      return isResized && !isLimited ? [[change.topic, change.expected] as const] : [];
    }),
  );
  const lowered = changes.flatMap((change) => {
    if (change.code !== "MIN_INSYNC_REPLICAS_CHANGED" || !factors.has(change.topic)) return [];
    const { topic, key, expected, observed } = change;
    return expected !== undefined && Number(expected) < Number(observed) ? [{ topic, key, expected }] : [];
  });
  // Without a throttle of the stack, they stay.
  const throttled = warnings.flatMap(({ code, ...own }) =>
    code === "REPLICAS_THROTTLED" &&
    "expected" in own &&
    own.expected !== undefined &&
    own.topic !== undefined
      ? [own.topic]
      : [],
  );
  const hasLeftRates = warnings.some(({ code }) => code === "BROKERS_THROTTLED");
  const isNeeded = factors.size + throttled.length > 0 || hasLeftRates;
  return isNeeded ? { factors, lowered, throttled } : undefined;
}

/** Finds the partitions that an update adds to topics. */
export function addedBy({ changes }: Pick<Review, "changes">): AddedPartitions[] {
  return changes.flatMap((change) =>
    change.code === "PARTITIONS_ADDED"
      ? [{ topic: change.topic, from: change.observed, count: change.expected }]
      : [],
  );
}
