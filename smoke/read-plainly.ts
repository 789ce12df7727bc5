import { askBroker, isBrokerError } from "../kafka/broker.ts";
import type { Connection } from "../kafka/connection.ts";
import { fetchFrom } from "../kafka/fetch.ts";
import type { LiveCluster } from "../kafka/live-cluster.ts";
import { findDeleted } from "./deleted-records.ts";
import type { SentRecord } from "./produce.ts";
import { findRecordChange, type ReadRecord } from "./record-change.ts";

/** A response contains at least the first batch, and each record of the suite is a batch of its own. */
const leastBytes = 1;

/**
 * Reads records from the leaders of their partitions, without a consumer group: a consumer of kafkajs refuses a whole topic
 * while one of its partitions has no leader.
 * @param cluster read just before, with the leaders of the topics
 * @param onRead called with each record's outcome; not called for those whose leader does not answer
 */
export async function readPlainly(
  connection: Connection,
  cluster: LiveCluster,
  records: readonly SentRecord[],
  onRead: (outcome: ReadRecord) => void,
): Promise<void> {
  const leaders = new Map(
    cluster.topics.flatMap(({ name, partitions }) =>
      partitions.map(
        ({ partition, leader }) => [`${name}:${partition}`, cluster.addresses.get(leader)] as const,
      ),
    ),
  );
  const byLeader = Map.groupBy(records, ({ topic, partition }) => leaders.get(`${topic}:${partition}`));
  const reading = [...byLeader].map(async ([address, own]) => {
    if (!address) return;
    const asked = askBroker({ ...connection, bootstrapServers: [address] }, async (leader) => {
      for (const sent of own) {
        const start = performance.now();
        const offset = BigInt(sent.offset);
        const { partitions } = await fetchFrom(
          leader,
          [{ topic: sent.topic, partition: sent.partition, offset }],
          leastBytes,
        );
        const record = partitions[0]?.records.find((one) => one.offset === offset);
        if (!record) continue;
        const headers = Object.fromEntries(record.headers.map(([key, text]) => [String(key), text ?? ""]));
        const observed = findRecordChange(sent, { key: record.key, value: record.value, headers });
        if (observed) onRead({ sent, failure: { code: "RECORD_CHANGED", observed } });
        else onRead({ sent, readMs: performance.now() - start });
      }
    });
    await asked.catch((error) => {
      if (!isBrokerError(error)) throw error;
    });
  });
  await Promise.all(reading);
  for (const [sent, first] of await findDeleted(connection, cluster, records))
    onRead({ sent, failure: { code: "RECORD_DELETED", observed: String(first) } });
}
