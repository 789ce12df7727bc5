import { askBroker, isBrokerError } from "../kafka/broker.ts";
import type { Connection } from "../kafka/connection.ts";
import { groupByLeader } from "../kafka/leaders.ts";
import type { LiveCluster } from "../kafka/live-cluster.ts";
import { keyOf } from "../kafka/place.ts";
import { earliest, readOffsets } from "../kafka/record-counts.ts";
import type { SentRecord } from "./produce.ts";

/**
 * Finds the records that are no longer in the log of their partition.
 * @param cluster read just before, with the leaders of the topics
 * @returns for each deleted record, the offset at which the log now begins
 */
export async function findDeleted(
  connection: Connection,
  cluster: LiveCluster,
  records: readonly SentRecord[],
): Promise<Map<SentRecord, bigint>> {
  const found = [...groupByLeader(cluster, records)].map(async ([address, own]) => {
    if (!address) return [];
    const led = own.map(({ topic, partition }) => ({ name: topic, partition }));
    const starts = await askBroker({ ...connection, bootstrapServers: [address] }, (broker) =>
      readOffsets(broker, led, () => earliest),
    ).catch((error) => {
      if (isBrokerError(error)) return new Map<string, bigint>();
      throw error;
    });
    return own.flatMap((record) => {
      const start = starts.get(keyOf(record));
      return start !== undefined && start > BigInt(record.offset) ? [[record, start] as const] : [];
    });
  });
  return new Map((await Promise.all(found)).flat());
}
