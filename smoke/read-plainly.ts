import { ProtocolError } from "@platformatic/kafka";
import { askBroker, isBrokerError } from "../kafka/broker.ts";
import type { Connection } from "../kafka/connection.ts";
import { isRetriable } from "../kafka/error-chain.ts";
import { fetchFrom } from "../kafka/fetch.ts";
import { groupByLeader } from "../kafka/leaders.ts";
import type { LiveCluster } from "../kafka/live-cluster.ts";
import { toProtocolError } from "../kafka/protocol-error.ts";
import { findDeleted } from "./deleted-records.ts";
import type { SentRecord } from "./produce.ts";
import { findRecordChange, type ReadRecord } from "./record-change.ts";

/** A response contains at least the first batch, and each record of the suite is a batch of its own. */
const leastBytes = 1;

/**
 * Reads records from the leaders of their partitions, without a consumer group: a consumer of kafkajs refuses a whole topic
 * while one of its partitions has no leader.
 * @param cluster read just before, with the leaders of the topics
 * @param onRead called with each record's outcome; not called for those that can be asked for again
 * @param onThrottled called with the address of a leader that throttles the client
 * @throws ProtocolError if a leader refuses a request, and would refuse it again
 */
export async function readPlainly(
  connection: Connection,
  cluster: LiveCluster,
  records: readonly SentRecord[],
  {
    onRead,
    onThrottled,
  }: { readonly onRead: (outcome: ReadRecord) => void; readonly onThrottled: (address: string) => void },
): Promise<void> {
  const reading = [...groupByLeader(cluster, records)].map(async ([address, own]) => {
    if (!address) return;
    const asked = askBroker({ ...connection, bootstrapServers: [address] }, async (leader) => {
      for (const sent of own) {
        const start = performance.now();
        const offset = BigInt(sent.offset);
        const position = { topic: sent.topic, partition: sent.partition, offset };
        const { partitions, throttleMs } = await fetchFrom(leader, [position], leastBytes);
        if (throttleMs > 0) onThrottled(address);
        const [answer] = partitions;
        const error = answer && answer.errorCode !== 0 ? toProtocolError(answer.errorCode) : undefined;
        // `findDeleted` explains an offset that no longer exists.
        if (error && !isRetriable(error) && error.apiId !== "OFFSET_OUT_OF_RANGE") throw error;
        const record = answer?.records.find((one) => one.offset === offset);
        if (!record) continue;
        const headers = Object.fromEntries(record.headers.map(([key, text]) => [String(key), text ?? ""]));
        const observed = findRecordChange(sent, { key: record.key, value: record.value, headers });
        if (observed) onRead({ sent, failure: { code: "RECORD_CHANGED", observed } });
        else onRead({ sent, readMs: performance.now() - start });
      }
    });
    await asked.catch((error) => {
      if (!isBrokerError(error) || error instanceof ProtocolError) throw error;
    });
  });
  await Promise.all(reading);
  for (const [sent, first] of await findDeleted(connection, cluster, records))
    onRead({ sent, failure: { code: "RECORD_DELETED", observed: String(first) } });
}
