import {
  BATCH_HEAD,
  createAPI,
  fetchV11,
  IS_CONTROL,
  type KafkaRecord,
  Reader,
  readRecordsBatch,
} from "@platformatic/kafka";

/** A record as a partition's leader keeps it. */
export type FetchedRecord = Pick<KafkaRecord, "key" | "value" | "headers"> & { readonly offset: bigint };

/** What a leader answers about one of its partitions. */
export type FetchedPartition = {
  readonly topic: string;
  readonly partition: number;
  /** The protocol's, 0 where all is well. */
  readonly errorCode: number;
  /** In order, without those that only mark the end of a transaction. */
  readonly records: readonly FetchedRecord[];
  /** Whether some of what came cannot be decoded: a codec or a format that nobody here knows, or damage. */
  readonly isUndecodable: boolean;
};

const [throttleTimeBytes, sessionIdBytes, preferredReplicaBytes] = [4, 4, 4];
const [highWatermarkBytes, lastStableOffsetBytes, firstOffsetBytes, abortedTransactionBytes] = [8, 8, 8, 16];
const [offsetBytes, magicAt, oldestMagic] = [8, 16, 2];

/**
 * Fetch as the client has it, but with each batch decoded by itself: there, one batch that cannot be decoded costs the
 * answers about all partitions.
 */
export const fetchRecords = createAPI<Parameters<typeof fetchV11.createRequest>, FetchedPartition[]>(
  fetchV11.api.key,
  fetchV11.api.version,
  fetchV11.createRequest,
  (_correlationId, _apiKey, _apiVersion, reader) => {
    reader.skip(throttleTimeBytes);
    const requestError = reader.readInt16();
    reader.skip(sessionIdBytes);
    const topics = reader.readArray(
      (r) => {
        const topic = r.readString(false);
        return r.readArray((r) => readPartition(topic, requestError, r), false, false);
      },
      false,
      false,
    );
    return topics.flat();
  },
  false,
  false,
);

function readPartition(topic: string, requestError: number, reader: Reader): FetchedPartition {
  const partition = reader.readInt32();
  const errorCode = reader.readInt16() || requestError;
  reader.skip(highWatermarkBytes + lastStableOffsetBytes + firstOffsetBytes);
  reader.readNullableArray((r) => r.skip(abortedTransactionBytes), false, false);
  reader.skip(preferredReplicaBytes);
  return { topic, partition, errorCode, ...readBatches(reader.readNullableBytes(false)) };
}

/** Decodes the batches of an answer; the last may be cut off, since the answer was to have no more bytes. */
export function readBatches(bytes: Buffer | null): Pick<FetchedPartition, "records" | "isUndecodable"> {
  const records: FetchedRecord[] = [];
  let isUndecodable = false;
  for (let at = 0; bytes && bytes.length - at > magicAt; ) {
    const end = at + BATCH_HEAD + bytes.readInt32BE(at + offsetBytes);
    if (end > bytes.length) break;
    try {
      for (const record of readBatch(bytes.subarray(at, end))) records.push(record);
    } catch {
      isUndecodable = true;
    }
    at = end;
  }
  return { records, isUndecodable };
}

function readBatch(bytes: Buffer): FetchedRecord[] {
  if (bytes.readInt8(magicAt) < oldestMagic) throw new Error("a format older than Kafka 0.11");
  const { attributes, firstOffset, records } = readRecordsBatch(Reader.from(bytes));
  if ((attributes & IS_CONTROL) !== 0) return [];
  return records.map(({ key, value, headers, offsetDelta }) => ({
    offset: firstOffset + BigInt(offsetDelta),
    key,
    value,
    headers,
  }));
}
