import { isBrokerError } from "../../kafka/broker.ts";
import { nameBrokers } from "../../kafka/broker-wording.ts";
import type { Connection } from "../../kafka/connection.ts";
import { describeRate } from "../../kafka/describe-value.ts";
import { readLiveCluster } from "../../kafka/live-cluster.ts";
import type { MovePlan } from "../../kafka/plan-moves.ts";
import { readReassignments } from "../../kafka/reassignments.ts";
import { endThrottle, startThrottle } from "../../kafka/replication-throttle.ts";
import { listFew } from "../../kafka/topic-groups.ts";
import { say } from "../../pulumi/say.ts";

/**
 * Throttles what the brokers are about to copy, and reports where others' throttles stay instead.
 * @throws Error if a broker does not set the throttle; nothing is copied then
 */
export async function throttleCopies(
  connection: Connection,
  { copies, addresses }: MovePlan,
  bytesPerSecond: number,
): Promise<void> {
  const others = await startThrottle(connection, copies, { addresses, bytesPerSecond }).catch((error) => {
    if (!isBrokerError(error)) throw error;
    const remedy = "No other copy was started. Correct this, then run the command again.";
    throw new Error(`replicationThrottle could not be set: ${error.message}. ${remedy}`);
  });
  const kept = [
    ...(others.brokers.length > 0 ? [nameBrokers(others.brokers)] : []),
    ...(others.topics.length > 0
      ? [`${others.topics.length === 1 ? "topic" : "topics"} ${listFew(others.topics)}`]
      : []),
  ];
  if (kept.length === 0) return;
  say(
    `Others have set a replication throttle on ${kept.join(" and ")}. It stays, and replicationThrottle ` +
      `(${describeRate(bytesPerSecond)}) does not apply there. If it is from an interrupted update with another ` +
      "replicationThrottle, set that value again until the update is complete.",
  );
}

/**
 * Removes the throttle from topics and all brokers that copy nothing, also one that an interrupted update has left. Reports the
 * topics whose throttle stays: the preflight of the next update finds them.
 * @throws Error if a broker does not remove the throttle
 */
export async function unthrottle(
  connection: Connection,
  topics: readonly string[],
  bytesPerSecond: number,
): Promise<void> {
  const [{ addresses }, moving] = await Promise.all([
    readLiveCluster(connection, []),
    readReassignments(connection),
  ]);
  if (!moving) {
    say(
      `The replication throttle of ${listFew(topics)} stays: without DESCRIBE on the cluster, it is unknown whether their ` +
        "replicas are still being copied.",
    );
    return;
  }
  const isMoving = (name: string) => moving.some(({ topic }) => topic === name);
  const isBusy = (broker: number) => moving.some(({ replicas }) => replicas.includes(broker));
  const complete = topics.filter((name) => !isMoving(name));
  const throttle = { addresses, bytesPerSecond };
  const left = await endThrottle(connection, complete, isBusy, throttle).catch((error) => {
    if (!isBrokerError(error)) throw error;
    throw new Error(`replicationThrottle could not be removed: ${error.message}. Run the command again.`);
  });
  if (left.length === 0) return;
  say(
    `The replication throttle of ${listFew(left)} stays: one of its brokers takes part in another reassignment, or does not ` +
      "return its rate. The next npm run up tries again.",
  );
}
