import type { Stack } from "../../infra/stack.ts";
import { isBrokerError } from "../../kafka/broker.ts";
import type { Connection } from "../../kafka/connection.ts";
import { readLiveCluster } from "../../kafka/live-cluster.ts";
import { readReassignments } from "../../kafka/reassignments.ts";
import { ownerOf, readLists } from "../../kafka/throttle-lists.ts";
import { readRates } from "../../kafka/throttle-rates.ts";
import { listFew } from "../../kafka/topic-groups.ts";
import { say } from "../../pulumi/say.ts";
import { readStackConnection } from "../../pulumi/stack-config.ts";

/**
 * Refuses to release topics whose replicas an interrupted update is still copying or has left throttled: no later update would
 * finish this. Reports other throttles, and why the cluster could not be asked.
 * @throws Error with the topics and what to do
 */
export async function refuseUnfinished(stack: Stack, topics: readonly string[]): Promise<void> {
  const connection = await readStackConnection(stack.name);
  const found = await findUnfinished(connection, stack, topics).catch((error) => {
    if (!isBrokerError(error)) throw error;
    say(`Whether replicas of ${listFew(topics)} are moving or throttled is unknown: ${error.message}`);
  });
  if (!found) return;
  const { areMovesKnown, moving, left, throttled } = found;
  if (!areMovesKnown)
    say(
      `Whether replicas of ${listFew(topics)} are moving is unknown: the principal may not DESCRIBE the cluster.`,
    );
  const remedy =
    `declare the topic as in the last npm run up, and run npm run up -- --stack ${stack.name}, which waits for the replicas ` +
    "and removes the throttle. Then remove the declaration and release the topic. Nothing was changed.";
  if (moving.length > 0)
    throw new Error(
      `Replicas of ${listFew(moving)} are moving. If another tool moves them, wait until it is done. If an interrupted update ` +
        `has changed the replication factor of a topic, ${remedy}`,
    );
  if (left.length > 0)
    throw new Error(
      `An interrupted update has left a replication throttle on ${listFew(left)}. To remove it, ${remedy}`,
    );
  if (throttled.length > 0)
    say(
      `A replication throttle stays on ${listFew(throttled)}. If an interrupted update has left it, remove it with ` +
        "kafka-configs.sh.",
    );
}

async function findUnfinished(
  connection: Connection,
  { replicationThrottle: bytesPerSecond }: Stack,
  topics: readonly string[],
) {
  const [moves, lists, { addresses }] = await Promise.all([
    readReassignments(connection),
    readLists(connection, topics),
    readLiveCluster(connection, []),
  ]);
  const isAsked = bytesPerSecond !== undefined && lists.size > 0;
  const rated = isAsked ? await readRates(connection, addresses) : new Map();
  const isLeft = (topic: string) =>
    isAsked && ownerOf(lists.get(topic) ?? {}, rated, { addresses, bytesPerSecond }) === "us";
  const throttled = [...lists.keys()];
  return {
    areMovesKnown: moves !== undefined,
    moving: topics.filter((name) => moves?.some(({ topic }) => topic === name)),
    /** The topics that an interrupted update has left throttled, as far as the stack's throttle shows it. */
    left: throttled.filter(isLeft),
    throttled: throttled.filter((topic) => !isLeft(topic)),
  };
}
