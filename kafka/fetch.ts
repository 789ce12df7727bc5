import { gunzipSync, zstdDecompressSync } from "node:zlib";
import {
  BATCH_HEAD,
  compressionsAlgorithms,
  createAPI,
  fetchV11,
  IS_CONTROL,
  type KafkaRecord,
  Reader,
  readRecordsBatch,
} from "@platformatic/kafka";
import type { Broker } from "./broker.ts";
import type { Place } from "./place.ts";
import { decompressionLimits } from "./response-limit.ts";

/** A record as a partition's leader stores it. */
export type FetchedRecord = Pick<KafkaRecord, "key" | "value" | "headers"> & {
  readonly offset: bigint;
  /** By the clock of the producer or, with `message.timestamp.type=LogAppendTime`, of the broker, in ms since 1970. */
  readonly timestampMs: number;
};

/** A leader's response for one of its partitions. */
export type FetchedPartition = {
  readonly topic: string;
  readonly partition: number;
  /** The protocol's error code; 0 means no error. */
  readonly errorCode: number;
  /** In order, without transaction markers. */
  readonly records: readonly FetchedRecord[];
  /** The offset after the last complete batch of the response, if there is one. */
  readonly next: bigint | undefined;
  /** The offset after the last record that the leader returns to consumers. */
  readonly highWatermark: bigint;
  /** Whether part of the response cannot be decoded: an unknown codec or format, or corruption. */
  readonly isUndecodable: boolean;
};

/** A leader's response. */
export type FetchAnswer = {
  /** None if a quota throttles the client: the response is then empty, without an error. */
  readonly partitions: readonly FetchedPartition[];
  /** How long the broker reads nothing more from this connection, in ms. */
  readonly throttleMs: number;
};

// In lz4 and snappy, a batch grows by less than a factor of 255.
Object.assign(compressionsAlgorithms.gzip, {
  decompressSync: (data: Buffer) => gunzipSync(data, decompressionLimits),
});
Object.assign(compressionsAlgorithms.zstd, {
  decompressSync: (data: Buffer) => zstdDecompressSync(data, decompressionLimits),
});

const [sessionIdBytes, preferredReplicaBytes] = [4, 4];
const [lastStableOffsetBytes, firstOffsetBytes, abortedTransactionBytes] = [8, 8, 16];
const [offsetBytes, magicAt, oldestMagic, lastDeltaAt] = [8, 16, 2, 23];
/** Marks a batch whose records all have the time at which the broker appended it. */
const isAppendTime = 1 << 3;

/**
 * The client's Fetch request, but with each batch decoded separately: in the client, one batch that cannot be decoded
 * loses the responses for all partitions.
 */
export const fetchRecords = createAPI<Parameters<typeof fetchV11.createRequest>, FetchAnswer>(
  fetchV11.api.key,
  fetchV11.api.version,
  fetchV11.createRequest,
  (_correlationId, _apiKey, _apiVersion, reader) => {
    const throttleMs = reader.readInt32();
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
    return { throttleMs, partitions: topics.flat() };
  },
  false,
  false,
);

/** Where to begin to read a partition. */
export type FetchPosition = Place & { readonly offset: bigint };

const [doNotWaitMs, minBytes, maxBytes, readUncommitted, noSession, noSessionEpoch, anyEpoch] = [
  0,
  0,
  4 * 1024 * 1024,
  0,
  0,
  -1,
  -1,
];

/**
 * Requests the records that a leader has from these positions on, without waiting for more.
 * @param bytes how much of each partition; the first batch of the first partition may be larger
 */
export async function fetchFrom(
  leader: Broker,
  positions: readonly FetchPosition[],
  bytes: number,
): Promise<FetchAnswer> {
  const topics = [...Map.groupBy(positions, ({ topic }) => topic)].map(([topicId, own]) => ({
    topicId,
    partitions: own.map(({ partition, offset }) => ({
      partition,
      currentLeaderEpoch: anyEpoch,
      fetchOffset: offset,
      lastFetchedEpoch: anyEpoch,
      partitionMaxBytes: bytes,
    })),
  }));
  return fetchRecords.async(
    leader,
    doNotWaitMs,
    minBytes,
    maxBytes,
    readUncommitted,
    noSession,
    noSessionEpoch,
    topics,
    [],
    "",
  );
}

function readPartition(topic: string, requestError: number, reader: Reader): FetchedPartition {
  const partition = reader.readInt32();
  const errorCode = reader.readInt16() || requestError;
  const highWatermark = reader.readInt64();
  reader.skip(lastStableOffsetBytes + firstOffsetBytes);
  reader.readNullableArray((r) => r.skip(abortedTransactionBytes), false, false);
  reader.skip(preferredReplicaBytes);
  const bytes = reader.readNullableBytes(false);
  return { topic, partition, errorCode, highWatermark, next: findNext(bytes), ...readBatches(bytes) };
}

/** Finds the offset after the last complete batch of a response. */
function findNext(bytes: Buffer | null): bigint | undefined {
  const last = [...batchesIn(bytes)].at(-1);
  if (!last) return undefined;
  const lastDelta = last.readInt8(magicAt) < oldestMagic ? 0 : last.readInt32BE(lastDeltaAt);
  return last.readBigInt64BE(0) + BigInt(lastDelta) + 1n;
}

/** Decodes the batches of a response. */
export function readBatches(bytes: Buffer | null): Pick<FetchedPartition, "records" | "isUndecodable"> {
  const records: FetchedRecord[] = [];
  let isUndecodable = false;
  for (const batch of batchesIn(bytes)) {
    try {
      for (const record of readBatch(batch)) records.push(record);
    } catch {
      isUndecodable = true;
    }
  }
  return { records, isUndecodable };
}

/** Divides a response into its batches; the size limit of the response may truncate the last one, which is left out. */
function* batchesIn(bytes: Buffer | null): Generator<Buffer> {
  for (let at = 0; bytes && bytes.length - at > magicAt; ) {
    const end = at + BATCH_HEAD + bytes.readInt32BE(at + offsetBytes);
    if (end > bytes.length) return;
    yield bytes.subarray(at, end);
    at = end;
  }
}

function readBatch(bytes: Buffer): FetchedRecord[] {
  if (bytes.readInt8(magicAt) < oldestMagic) throw new Error("a format older than Kafka 0.11");
  const { attributes, firstOffset, firstTimestamp, maxTimestamp, records } = readRecordsBatch(
    Reader.from(bytes),
  );
  if ((attributes & IS_CONTROL) !== 0) return [];
  const timestampOf = ({ timestampDelta }: Pick<KafkaRecord, "timestampDelta">) =>
    (attributes & isAppendTime) === 0 ? firstTimestamp + timestampDelta : maxTimestamp;
  return records.map(({ key, value, headers, offsetDelta, ...record }) => ({
    offset: firstOffset + BigInt(offsetDelta),
    timestampMs: Number(timestampOf(record)),
    key,
    value,
    headers,
  }));
}
