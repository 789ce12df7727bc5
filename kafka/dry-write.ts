import { createAPI, createRecordsBatch, ProduceAcks, produceV7, Writer } from "@platformatic/kafka";
import { answerOf } from "./answer.ts";
import { askLeader } from "./ask-leader.ts";
import type { Connection } from "./connection.ts";
import type { Place } from "./place.ts";
import { type LeaderAnswer, readAnswers } from "./write-records.ts";

/** CRC32C of everything after it, in a batch of format 2 (Kafka 0.11). */
const checksumAt = 17;
const noTransaction = null;

/**
 * Builds a batch with one record and a wrong checksum.
 *
 * Before the checksum, a leader checks the format, the principal's right to WRITE, whether it has and leads the partition,
 * `min.insync.replicas`, and the batch's size against `max.message.bytes`. This batch is as small as a batch with a record can
 * be. Its codec, its timestamp and its missing key, which would also depend on the topic's configs, are checked later.
 */
export function makeBadBatch(): Buffer {
  const batch = createRecordsBatch([{ topic: "", value: Buffer.alloc(0), timestamp: 0n }]).buffer;
  batch.writeUInt32BE(~batch.readUInt32BE(checksumAt) >>> 0, checksumAt);
  return batch;
}

/** A Produce request with such a batch for each partition. Version 7 is known to all brokers from Kafka 2.1 to 4. */
const produceBadBatches = createAPI<[places: readonly Place[], timeoutMs: number], produceV7.ProduceResponse>(
  produceV7.api.key,
  produceV7.api.version,
  (places: readonly Place[], timeoutMs: number) => {
    const batch = makeBadBatch();
    return Writer.create()
      .appendString(noTransaction, false)
      .appendInt16(ProduceAcks.ALL)
      .appendInt32(timeoutMs)
      .appendArray(
        [...Map.groupBy(places, ({ topic }) => topic)],
        (writer, [topic, own]) => {
          writer.appendString(topic, false).appendArray(
            own,
            (writer, { partition }) => {
              writer.appendInt32(partition).appendBytes(batch, false);
            },
            false,
            false,
          );
        },
        false,
        false,
      );
  },
  produceV7.parseResponse,
  false,
  false,
);

/**
 * Sends a batch with a wrong checksum to each of these partitions, in one request with acks=all. If the leader rejects it only
 * for its checksum (`CORRUPT_MESSAGE`), it would append a correct batch of this principal. Nothing is appended or logged.
 * @param address of the leader of the partitions, `host:port`
 * @returns for each partition that the leader's response contains, why it rejected the batch, or where it appended it
 * @throws LeaderError with the reason if the leader does not answer, NoTokenError
 */
export async function writeDry(
  connection: Connection,
  address: string,
  places: readonly Place[],
): Promise<LeaderAnswer[]> {
  const answer = await askLeader(connection, address, (leader) =>
    answerOf(produceBadBatches.async(leader, places, connection.timeoutMs)),
  );
  return readAnswers(answer);
}
