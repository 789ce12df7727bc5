import { describeQuorumV1 } from "@platformatic/kafka";
import { askBroker } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { quorumTopic } from "./controller.ts";

/**
 * Reads how far this machine's clock is ahead of the active controller's, in ms, from the controller's last caught-up
 * time. Needs KRaft, and DESCRIBE on the cluster.
 * @returns undefined if the broker does not return that time
 * @throws the broker's error
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
