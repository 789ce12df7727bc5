import { isBrokerError } from "../../kafka/broker.ts";
import { nameBrokers } from "../../kafka/broker-wording.ts";
import type { Connection } from "../../kafka/connection.ts";
import { describeRate } from "../../kafka/describe-value.ts";
import { readLiveCluster } from "../../kafka/live-cluster.ts";
import type { MovePlan } from "../../kafka/plan-moves.ts";
import { readReassignments } from "../../kafka/reassignments.ts";
import {
  endThrottle,
  type OwnThrottle,
  startThrottle,
  type Throttled,
} from "../../kafka/replication-throttle.ts";
import { listFew } from "../../kafka/topic-groups.ts";
import { say } from "../../pulumi/say.ts";

/**
 * Throttles what the brokers are about to copy, and reports where others' throttles stay instead.
 * @param topics that `unthrottle` is to judge
 * @throws Error if a broker does not set the throttle; nothing is copied then
 */
export async function throttleCopies(
  connection: Connection,
  { copies, addresses }: MovePlan,
  bytesPerSecond: number,
  topics: readonly string[],
): Promise<OwnThrottle> {
  const throttle = { addresses, bytesPerSecond };
  const own = await startThrottle(connection, copies, throttle, topics).catch(async (error) => {
    if (!isBrokerError(error)) throw error;
    // Some brokers may have set it. The first error is the one to report.
    await unthrottle(connection, topics, bytesPerSecond).catch(() => {});
    const remedy = "No other copy was started. Correct this, then run the command again.";
    throw new Error(`replicationThrottle could not be set: ${error.message}. ${remedy}`);
  });
  const kept = nameThrottled({
    brokers: own.others.brokers.filter((id) => copies.some(({ from, to }) => [...from, ...to].includes(id))),
    topics: own.others.topics.filter((name) => copies.some(({ topic }) => topic === name)),
  });
  if (kept)
    say(
      `Others have set a replication throttle on ${kept}. It stays, and replicationThrottle ` +
        `(${describeRate(bytesPerSecond)}) does not apply there. If it is from an interrupted update with another ` +
        "replicationThrottle, set that value again until the update is complete.",
    );
  return own;
}

/**
 * Removes the throttle from topics and all brokers that copy nothing, also one that an interrupted update has left. Reports
 * what stays: the preflight of the next update finds it, unless others have changed it.
 * @param own what this process has set
 * @throws Error if a broker does not remove the throttle
 */
export async function unthrottle(
  connection: Connection,
  topics: readonly string[],
  bytesPerSecond: number,
  own?: OwnThrottle,
): Promise<void> {
  const [{ addresses }, moving] = await Promise.all([
    readLiveCluster(connection, []),
    readReassignments(connection),
  ]);
  if (!moving) {
    say(
      "The replication throttle stays: without DESCRIBE on the cluster, it is unknown whether replicas are still being copied.",
    );
    return;
  }
  const isMoving = (name: string) => moving.some(({ topic }) => topic === name);
  const isBusy = (broker: number) => moving.some(({ replicas }) => replicas.includes(broker));
  const complete = topics.filter((name) => !isMoving(name));
  const throttle = { addresses, bytesPerSecond };
  const ended = await endThrottle(connection, complete, isBusy, throttle, own).catch((error) => {
    if (!isBrokerError(error)) throw error;
    throw new Error(`replicationThrottle could not be removed: ${error.message}. Run the command again.`);
  });
  const [left, changed] = [nameThrottled(ended.left), nameThrottled(ended.changed)];
  if (left)
    say(
      `The replication throttle of ${left} stays: a broker takes part in another reassignment, or does not return its rate. ` +
        "The next npm run up tries again.",
    );
  if (changed)
    say(
      `Someone has changed the replication throttle of ${changed} while replicas were being copied. It stays: remove it with ` +
        "kafka-configs.sh once it is no longer needed.",
    );
}

/** `brokers 1, 3 and topic orders`; empty for nothing. */
function nameThrottled({ brokers, topics }: Throttled): string {
  return [
    ...(brokers.length > 0 ? [nameBrokers(brokers)] : []),
    ...(topics.length > 0 ? [`${topics.length === 1 ? "topic" : "topics"} ${listFew(topics)}`] : []),
  ].join(" and ");
}
