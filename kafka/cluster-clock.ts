import { describeQuorumV1 } from "@platformatic/kafka";
import { askBroker } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { quorumTopic } from "./controller.ts";

/**
 * How much this machine's clock is ahead of the active controller's, in ms, by the time until which that has all of
 * its own log. It takes DESCRIBE on the cluster, and KRaft.
 * @throws what the broker refuses; undefined where it does not tell
 */
export async function readClockAhead(connection: Connection): Promise<number | undefined> {
  const { topics } = await askBroker(connection, (broker) =>
    describeQuorumV1.api.async(broker, [quorumTopic]),
  );
  const partition = topics[0]?.partitions[0];
  const leader = partition?.currentVoters.find(({ replicaId }) => replicaId === partition.leaderId);
  const time = Number(leader?.lastCaughtUpTimestamp ?? -1);
  return time > 0 ? Date.now() - time : undefined;
}
