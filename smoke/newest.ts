import type { Connection } from "../kafka/connection.ts";
import { isRetriable } from "../kafka/error-chain.ts";
import { type LiveCluster, readLiveCluster } from "../kafka/live-cluster.ts";
import { type Outcome, readNewestOfEach, type Search } from "../kafka/newest-of-each.ts";
import { keyOf, type Place } from "../kafka/place.ts";
import { isUnexpected } from "../machine/command.ts";
import { boundBy, type Deadline, isOver, outOfTime, pause } from "./deadline.ts";

/** The pause before partitions whose leader did not answer are read again. */
const pauseMs = 500;

/** How long to read. */
type ReadingTime = {
  readonly deadline: Deadline;
  /** How long to ask a leader again that does not answer. */
  readonly patience: Deadline;
  /** The leaders to ask first, if they are known. */
  readonly cluster?: Pick<LiveCluster, "topics" | "addresses">;
};

const what = "the newest records";

/**
 * Looks for the newest relevant record of each partition at its current leader, for a while again if a leader does not answer.
 * @returns the outcomes by `topic:partition`
 */
export async function readNewest<Found>(
  connection: Connection,
  places: readonly Place[],
  search: Search<Found>,
  { deadline, patience, cluster }: ReadingTime,
): Promise<Map<string, Outcome<Found>>> {
  const newest = new Map<string, Outcome<Found>>();
  let known = cluster;
  for (let pending = places; pending.length > 0; await pause(patience, pauseMs)) {
    const asked = pending;
    const outcomes = new Map<string, Outcome<Found>>();
    const read = async () => {
      const current =
        known ?? (await readLiveCluster(connection, [...new Set(asked.map(({ topic }) => topic))]));
      await readNewestOfEach(connection, current, asked, { ...search, until: deadline.at, outcomes });
    };
    const error = await boundBy(deadline, what, read()).catch((error: Error) => {
      if (isUnexpected(error)) throw error;
      return error;
    });
    known = undefined;
    for (const place of asked)
      newest.set(keyOf(place), outcomes.get(keyOf(place)) ?? error ?? outOfTime(deadline, what));
    if (isOver(patience)) break;
    pending = asked.filter((place) => isRetriable(newest.get(keyOf(place))));
  }
  return newest;
}
