import { expect, test } from "vitest";
import type { NewestRecord } from "../../kafka/newest-records.ts";
import { RecordVerdicts } from "./record-verdicts.ts";

const record = (change: Partial<NewestRecord> = {}): NewestRecord => ({
  topic: "a",
  partition: 0,
  offset: 41n,
  timestampMs: 0,
  key: null,
  value: Buffer.from("{}"),
  headers: [],
  ...change,
});
const smoked = record({ headers: [[Buffer.from("smoke-run"), Buffer.from("r")]] });

test("The newest record that is not JSON is the reason, even if other records are unknown", () => {
  const verdicts = new RecordVerdicts();
  for (const offset of [42n, 41n])
    expect(verdicts.see(record({ offset, value: Buffer.from("text") }))).toBe(true);
  expect(verdicts.see(record())).toBe(true);
  const reason = { code: "RECORDS_NOT_JSON", partition: 0, offset: "42" };
  expect(verdicts.reasonAgainst("a", undefined)).toEqual(reason);
  expect(verdicts.reasonAgainst("a", "NO_LEADER")).toEqual(reason);
});

test("Tombstones and the suite's own records prove nothing", () => {
  const verdicts = new RecordVerdicts();
  expect(verdicts.see(record({ value: null }))).toBe(false);
  expect(verdicts.reasonAgainst("a", "NO_VALUES")).toEqual({
    code: "RECORDS_UNKNOWN",
    observed: "NO_VALUES",
  });
  expect(verdicts.see(smoked)).toBe(false);
  expect(verdicts.reasonAgainst("a", "NO_VALUES")).toBeUndefined();
});

test.for(["NO_LEADER", "NOT_AUTHORIZED", "NOT_DECODED", "NO_ANSWER"] as const)(
  "A topic whose newest records are unknown gets no smoke records: %s",
  (unread) => {
    const verdicts = new RecordVerdicts();
    verdicts.see(record());
    verdicts.see(smoked);
    expect(verdicts.reasonAgainst("a", unread)).toEqual({ code: "RECORDS_UNKNOWN", observed: unread });
  },
);

test("A topic is a schema history if all its newest values are records of one", () => {
  const verdicts = new RecordVerdicts();
  verdicts.see(record({ value: Buffer.from('{"source":{},"position":{},"ddl":"CREATE TABLE a"}') }));
  verdicts.see({ ...smoked, value: Buffer.from("{}") });
  expect(verdicts.ownerOf("a", false)).toBe("Debezium");
  verdicts.see(record());
  expect(verdicts.ownerOf("a", false)).toBeUndefined();
});

test("Only the keys of a compacted topic identify its owner, including tombstones but not the suite's own records", () => {
  const verdicts = new RecordVerdicts();
  verdicts.see(record({ key: Buffer.from("connector-sink"), value: null }));
  verdicts.see({ ...smoked, key: Buffer.from("smoke-0") });
  expect(verdicts.ownerOf("a", true)).toBe("Kafka Connect");
  expect(verdicts.ownerOf("a", false)).toBeUndefined();
  verdicts.see(record({ key: Buffer.from("customer-7") }));
  expect(verdicts.ownerOf("a", true)).toBeUndefined();
});
