import type { LiveCluster } from "./live-cluster.ts";
import { keyOf, type Place } from "./place.ts";

/**
 * Groups partitions by the address of their leader, `host:port`; undefined for those without one.
 * @param cluster read just before, with the topics of the partitions
 */
export function groupByLeader<One extends Place>(
  { topics, addresses }: Pick<LiveCluster, "topics" | "addresses">,
  places: readonly One[],
): Map<string | undefined, One[]> {
  const leaders = new Map(
    topics.flatMap(({ name: topic, partitions }) =>
      partitions.map(
        ({ partition, leader }) => [keyOf({ topic, partition }), addresses.get(leader)] as const,
      ),
    ),
  );
  return Map.groupBy(places, (place) => leaders.get(keyOf(place)));
}
