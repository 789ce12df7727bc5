import type { Connection } from "./connection.ts";
import { readLiveConfigs } from "./live-configs.ts";
import { isOtherRate, isOwnRate, type Rates, type Throttle } from "./throttle-rates.ts";
import { throttledReplicas } from "./throttles.ts";

/** The lists of throttled replicas of a topic, by key. */
export type Lists = Readonly<Record<string, string>>;

/**
 * Judges who has set the lists of a topic. They are ours if a broker in them has our rate and none has another, since we set
 * rates before lists and remove them afterwards.
 * @param rated the rates of each broker that answered, by its id
 */
export function ownerOf(
  lists: Lists,
  rated: ReadonlyMap<number, Rates>,
  throttle: Throttle,
): "us" | "others" | "unknown" {
  const replicas = Object.values(lists).flatMap((text) => text.split(",").filter(Boolean));
  const rates = replicas.map((replica) => rated.get(Number(replica.split(":")[1])));
  if (replicas.includes("*") || rates.some((one) => one && isOtherRate(one, throttle))) return "others";
  if (rates.includes(undefined)) return "unknown";
  return rates.some((one) => one && isOwnRate(one, throttle)) ? "us" : "others";
}

/** Reads the lists of throttled replicas of those topics that have some. */
export async function readLists(
  connection: Connection,
  topics: readonly string[],
): Promise<Map<string, Lists>> {
  const { configs } = await readLiveConfigs(connection, topics);
  return new Map(
    [...configs].flatMap(([topic, { own, values }]) => {
      const lists = throttledReplicas.flatMap((key) =>
        own.has(key) ? [[key, values.get(key) ?? ""] as const] : [],
      );
      return lists.length > 0 ? [[topic, Object.fromEntries(lists)] as const] : [];
    }),
  );
}
