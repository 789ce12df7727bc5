import { crc32c, createRecordsBatch, Reader, readRecordsBatch } from "@platformatic/kafka";
import { expect, test } from "vitest";
import { makeBadBatch } from "./dry-write.ts";
import { isRetriable } from "./error-chain.ts";
import { isChecksumRefused } from "./protocol-error.ts";
import { readAnswers } from "./write-records.ts";

const [checksumAt, checkedFrom, emptyBatchBytes] = [17, 21, 61];

test("The batch of a dry write is a valid batch with one record in all but its checksum", () => {
  const batch = makeBadBatch();
  const correct = crc32c(batch.subarray(checkedFrom));
  expect(batch.readUInt32BE(checksumAt)).not.toBe(correct);
  batch.writeUInt32BE(correct, checksumAt);
  expect(batch).toEqual(createRecordsBatch([{ topic: "", value: Buffer.alloc(0), timestamp: 0n }]).buffer);
  expect(readRecordsBatch(Reader.from(batch)).records).toHaveLength(1);
  // A record without a key and a value has seven bytes.
  expect(batch).toHaveLength(emptyBatchBytes + 7);
});

/** What a leader's response with an error code for a partition says about it. */
function outcomeOf(errorCode: number) {
  const partition = { index: 3, errorCode, baseOffset: errorCode === 0 ? 17n : -1n };
  const rest = { logAppendTimeMs: -1n, logStartOffset: -1n, recordErrors: [], errorMessage: null };
  const [answer, ...more] = readAnswers({
    responses: [{ name: "orders", partitionResponses: [{ ...partition, ...rest }] }],
  });
  expect(answer).toMatchObject({ topic: "orders", partition: 3 });
  expect(more).toEqual([]);
  return answer?.outcome;
}

test.for([
  [2, "CORRUPT_MESSAGE", false],
  [3, "UNKNOWN_TOPIC_OR_PARTITION", true],
  [6, "NOT_LEADER_OR_FOLLOWER", true],
  [10, "MESSAGE_TOO_LARGE", false],
  [19, "NOT_ENOUGH_REPLICAS", true],
  [29, "TOPIC_AUTHORIZATION_FAILED", false],
  [9999, "UNKNOWN_SERVER_ERROR", false],
] as const)(
  "Of the error codes, only that of the checksum proves anything: %i, %s",
  ([code, apiId, retriable]) => {
    const outcome = outcomeOf(code);
    expect(outcome).toMatchObject({ apiId });
    expect(isChecksumRefused(outcome)).toBe(code === 2);
    expect(isRetriable(outcome)).toBe(retriable);
  },
);

test("A batch that was appended is not an error, but an offset", () => {
  expect(outcomeOf(0)).toBe(17n);
  expect(isChecksumRefused(outcomeOf(0))).toBe(false);
});
