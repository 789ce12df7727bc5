import { setTimeout as wait } from "node:timers/promises";
import { readAllRecords, UnreadableError } from "../../kafka/all-records.ts";
import { isBrokerError } from "../../kafka/broker.ts";
import type { Connection } from "../../kafka/connection.ts";
import { keyOf } from "../../kafka/place.ts";
import type { Ledger } from "./ledger.ts";
import { type LoadedPartition, sequenceOf } from "./load.ts";
import { type LoggedRecord, type PartitionVerdict, verify } from "./verify.ts";

/** How long, and how often, to retry: leaders that were just elected or are about to move refuse reads for a moment. */
const [patienceMs, pauseMs] = [30_000, 500];

/**
 * Reads every partition from its first record to its last, and compares the records with the ledger.
 * @throws UnreadableError or UnreachableError if that keeps failing
 */
export async function readBack(
  connection: Connection,
  partitions: readonly LoadedPartition[],
  ledger: Ledger,
): Promise<PartitionVerdict[]> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      // Read before the log, because records that are sent meanwhile are not expected in it.
      const ledgers = ledger.read();
      return verify(ledgers, await readLogs(connection, partitions));
    } catch (error) {
      const mayPass = error instanceof UnreadableError || isBrokerError(error);
      if (!mayPass || performance.now() > deadline) throw error;
      await wait(pauseMs);
    }
  }
}

/** Reads the drill's records from the partitions, by `topic:partition`. */
async function readLogs(
  connection: Connection,
  partitions: readonly LoadedPartition[],
): Promise<Map<string, LoggedRecord[]>> {
  const logs = new Map(partitions.map((place): [string, LoggedRecord[]] => [keyOf(place), []]));
  const values = new Map(partitions.map((place) => [keyOf(place), place.value]));
  const topics = [...new Set(partitions.map(({ topic }) => topic))];
  await readAllRecords(connection, topics, ({ key, value, offset, ...place }) => {
    const sequence = sequenceOf(key);
    // The smoke suite also writes records. A record with a different value than the one sent counts as lost.
    if (sequence === undefined || !values.get(keyOf(place))?.equals(value ?? Buffer.alloc(0))) return;
    logs.get(keyOf(place))?.push({ sequence, offset });
  });
  return logs;
}
