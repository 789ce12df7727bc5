import { describeLogDirsV1 } from "@platformatic/kafka";
import { answerOf } from "./answer.ts";
import { askBroker, isBrokerError } from "./broker.ts";
import type { Connection } from "./connection.ts";

/** The size of each replica in bytes, by broker id and by `topic:partition`. A broker that did not answer is left out. */
export type ReplicaSizes = ReadonlyMap<number, ReadonlyMap<string, number>>;

/**
 * Reads how many bytes the replicas of topics take on disk, with one request to each broker. The principal needs DESCRIBE on
 * the cluster; without it, a broker names no replicas.
 * @param addresses of the brokers to ask, `host:port`, by id
 * @param partitions the partitions to read, by topic; null for all
 */
export async function readReplicaSizes(
  connection: Connection,
  addresses: ReadonlyMap<number, string>,
  partitions: ReadonlyMap<string, readonly number[]> | null = null,
): Promise<ReplicaSizes> {
  const asked = partitions && [...partitions].map(([name, own]) => ({ name, partitions: [...own] }));
  const sizes = await Promise.all(
    [...addresses].map(async ([id, address]) => {
      try {
        const { results } = await askBroker({ ...connection, bootstrapServers: [address] }, (broker) =>
          answerOf(describeLogDirsV1.api.async(broker, asked)),
        );
        const replicas = results
          .flatMap(({ topics }) => topics)
          .flatMap(({ name, partitions }) =>
            partitions
              // A future replica is a copy that moves between two disks of the same broker.
              .filter(({ isFutureKey }) => !isFutureKey)
              .map(({ partitionIndex, partitionSize }) => {
                return [`${name}:${partitionIndex}`, Number(partitionSize)] as const;
              }),
          );
        return [[id, new Map(replicas)] as const];
      } catch (error) {
        if (!isBrokerError(error)) throw error;
        return [];
      }
    }),
  );
  return new Map(sizes.flat());
}
