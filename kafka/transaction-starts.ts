import { describeTransactionsV0, listTransactionsV0 } from "@platformatic/kafka";
import { answerOf } from "./answer.ts";
import { askBroker, isBrokerError } from "./broker.ts";
import type { Connection } from "./connection.ts";
import type { LiveCluster } from "./live-cluster.ts";
import type { OpenTransaction } from "./open-transactions.ts";
import { keyOf } from "./place.ts";

/** Identifies a producer's transaction in a partition. */
export const producerKey = ({
  producerId,
  ...place
}: Pick<OpenTransaction, "producerId" | "topic" | "partition">) => `${keyOf(place)}:${producerId}`;

/**
 * Asks all brokers when the transactions that they coordinate began. Needs Kafka 3.0, and DESCRIBE on the transactional ids.
 * @returns the times that are known, by the clock of the coordinator, in ms since 1970, by `producerKey`
 */
export async function readTransactionStarts(
  connection: Connection,
  addresses: LiveCluster["addresses"],
  producerIds: ReadonlySet<bigint>,
): Promise<ReadonlyMap<string, number>> {
  const answers = [...addresses.values()].map(async (server) => {
    const asked = askBroker({ ...connection, bootstrapServers: [server] }, async (broker) => {
      const listed = await answerOf(listTransactionsV0.api.async(broker, [], [...producerIds], -1n, null));
      const ids = listed.transactionStates.map(({ transactionalId }) => transactionalId);
      if (ids.length === 0) return [];
      return (await answerOf(describeTransactionsV0.api.async(broker, ids))).transactionStates;
    });
    return asked.catch((error) => {
      if (isBrokerError(error)) return [];
      throw error;
    });
  });
  return new Map(
    (await Promise.all(answers))
      .flat()
      .filter(({ errorCode, transactionStartTimeMs }) => errorCode === 0 && transactionStartTimeMs > 0n)
      .flatMap(({ producerId, transactionStartTimeMs, topics }) =>
        // A transaction that its coordinator has forgotten is in none of these partitions.
        topics.flatMap(({ topic, partitions }) =>
          partitions.map((partition) => {
            const key = producerKey({ topic, partition, producerId });
            return [key, Number(transactionStartTimeMs)] as const;
          }),
        ),
      ),
  );
}
