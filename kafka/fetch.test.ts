import { createRecordsBatch } from "@platformatic/kafka";
import { expect, test } from "vitest";
import { readBatches } from "./fetch.ts";
import { largestResponse } from "./response-limit.ts";

/** A batch as a broker stores it, with its first record at this offset. */
function batch(offset: bigint, values: string[], compression: "none" | "gzip" = "none"): Buffer {
  const messages = values.map((value) => ({ topic: "a", value: Buffer.from(value), timestamp: 0n }));
  const bytes = createRecordsBatch(messages, { compression }).buffer;
  bytes.writeBigInt64BE(offset, 0);
  return bytes;
}

/** A copy with this byte changed. */
function change(bytes: Buffer, at: number, how: (byte: number) => number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(how(changed.readUInt8(at)), at);
  return changed;
}

const [magicAt, attributesAt, controlBit, unknownCodec] = [16, 22, 1 << 5, 7];

function read(...batches: Buffer[]) {
  const { records, isUndecodable } = readBatches(Buffer.concat(batches));
  return { records: records.map(({ offset, value }) => `${offset} ${value}`), isUndecodable };
}

test("Records are read with their offsets, compressed or not", () => {
  expect(read(batch(7n, ["a", "b"]), batch(9n, ["c"], "gzip"))).toEqual({
    records: ["7 a", "8 b", "9 c"],
    isUndecodable: false,
  });
});

test.for(["gzip", "zstd"] as const)(
  "A small batch that decompresses to a large one is not decoded: %s",
  (compression) => {
    const messages = [{ topic: "a", value: Buffer.alloc(largestResponse), timestamp: 0n }];
    const bytes = createRecordsBatch(messages, { compression }).buffer;
    expect(bytes.length).toBeLessThan(2 ** 20);
    expect(readBatches(bytes)).toEqual({ records: [], isUndecodable: true });
  },
);

test("A record has its producer's time, or the time at which the broker appended its batch", () => {
  const messages = [5n, 3n].map((timestamp) => ({ topic: "a", value: Buffer.from("a"), timestamp }));
  const bytes = createRecordsBatch(messages).buffer;
  const timesIn = (batch: Buffer) => readBatches(batch).records.map(({ timestampMs }) => timestampMs);
  expect(timesIn(bytes)).toEqual([5, 3]);
  const appendTimeBit = 1 << 3;
  expect(timesIn(change(bytes, attributesAt, (bits) => bits | appendTimeBit))).toEqual([5, 5]);
});

test("An empty response and a truncated batch have no records", () => {
  expect(readBatches(null)).toEqual({ records: [], isUndecodable: false });
  expect(read(Buffer.alloc(0))).toEqual({ records: [], isUndecodable: false });
  const cut = batch(8n, ["b"]);
  for (const length of [5, 12, 40, cut.length - 1])
    expect(read(batch(7n, ["a"]), cut.subarray(0, length))).toEqual({
      records: ["7 a"],
      isUndecodable: false,
    });
});

test("A transaction marker is not a record", () => {
  const end = change(batch(8n, ["commit"]), attributesAt, (bits) => bits | controlBit);
  expect(read(batch(7n, ["a"]), end)).toEqual({ records: ["7 a"], isUndecodable: false });
});

test.for([
  ["an unknown codec", change(batch(7n, ["a"]), attributesAt, () => unknownCodec)],
  ["a format older than Kafka 0.11", change(batch(7n, ["a"]), magicAt, () => 1)],
  ["corruption", change(batch(7n, ["a"], "gzip"), 61, () => 0)],
] as const)("A batch that cannot be decoded does not affect the others: %s", ([, bytes]) => {
  expect(read(bytes, batch(8n, ["b"]))).toEqual({ records: ["8 b"], isUndecodable: true });
});
