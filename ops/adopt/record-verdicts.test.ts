import { expect, test } from "vitest";
import type { NewestRecord } from "../../kafka/newest-records.ts";
import { isJson, RecordVerdicts } from "./record-verdicts.ts";

test.for(['{"a":1}', "[]", "1", '"ü"', "null", " {}\n"])("%s is JSON", (text) => {
  expect(isJson(Buffer.from(text))).toBe(true);
});

test.for([
  ["nothing", Buffer.alloc(0)],
  ["text", Buffer.from("text")],
  ["a byte order mark", Buffer.from("\ufeff{}")],
  ["JSON in Latin-1", Buffer.from('"ü"', "latin1")],
  ["JSON behind a schema's id", Buffer.from([0, 0, 0, 0, 1, 0x7b, 0x7d])],
  ["a number in binary", Buffer.from([0, 0, 0, 0, 0, 0, 0, 42])],
] as const)("%s is not JSON", ([, bytes]) => {
  expect(isJson(bytes)).toBe(false);
});

const record = (change: Partial<NewestRecord> = {}): NewestRecord => ({
  topic: "a",
  partition: 0,
  offset: 41n,
  key: null,
  value: Buffer.from("{}"),
  headers: [],
  ...change,
});
const smoked = record({ headers: [[Buffer.from("smoke-run"), Buffer.from("r")]] });

test("The newest record that is not JSON is the reason, whatever else is not known", () => {
  const verdicts = new RecordVerdicts();
  for (const offset of [42n, 41n])
    expect(verdicts.see(record({ offset, value: Buffer.from("text") }))).toBe(true);
  expect(verdicts.see(record())).toBe(true);
  const reason = "Its newest records are not JSON (partition 0, offset 42).";
  expect(verdicts.reasonAgainst("a", undefined)).toBe(reason);
  expect(verdicts.reasonAgainst("a", "NO_LEADER")).toBe(reason);
});

test("Tombstones and the suite's own records say nothing", () => {
  const verdicts = new RecordVerdicts();
  expect(verdicts.see(record({ value: null }))).toBe(false);
  expect(verdicts.reasonAgainst("a", "NOTHING_TOLD")).toBe("Its newest records have no values.");
  expect(verdicts.see(smoked)).toBe(false);
  expect(verdicts.reasonAgainst("a", "NOTHING_TOLD")).toBeUndefined();
});

test.for([
  ["NO_LEADER", "Its newest records are not known: a partition had no leader."],
  ["NOT_AUTHORIZED", "Its newest records are not known: READ was not granted."],
  ["NOT_DECODED", "Its newest records cannot be decoded."],
  ["NO_ANSWER", "Its newest records are not known: a broker did not return them."],
] as const)("A topic whose records are not known gets none: %s", ([unread, reason]) => {
  const verdicts = new RecordVerdicts();
  verdicts.see(record());
  verdicts.see(smoked);
  expect(verdicts.reasonAgainst("a", unread)).toBe(reason);
});

test("Only of compacted topics do keys tell an owner, tombstones and all but the suite's own", () => {
  const verdicts = new RecordVerdicts();
  verdicts.see(record({ key: Buffer.from("connector-sink"), value: null }));
  verdicts.see({ ...smoked, key: Buffer.from("smoke-0") });
  expect(verdicts.ownerOf("a", true)).toBe("Kafka Connect");
  expect(verdicts.ownerOf("a", false)).toBeUndefined();
  verdicts.see(record({ key: Buffer.from("customer-7") }));
  expect(verdicts.ownerOf("a", true)).toBeUndefined();
});
