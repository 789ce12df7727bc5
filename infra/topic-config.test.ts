import { expect, test } from "vitest";
import { days, hours, mebibytes, minutes, noLimit, type TopicConfig, topicConfig } from "./topic-config.ts";

test.for<[TopicConfig, Record<string, string>]>([
  [{ "cleanup.policy": ["compact", "delete"] }, { "cleanup.policy": "compact,delete" }],
  [{ "cleanup.policy": ["delete", "compact"] }, { "cleanup.policy": "delete,compact" }],
  [{ "cleanup.policy": [] }, { "cleanup.policy": "" }],
  [{ "retention.ms": days(7) }, { "retention.ms": "604800000" }],
  [{ "retention.ms": hours(1) + minutes(30) }, { "retention.ms": "5400000" }],
  [{ "segment.bytes": mebibytes(16) }, { "segment.bytes": "16777216" }],
  [{ "retention.ms": days(0.1) }, { "retention.ms": "8640000" }],
  [{ "max.message.bytes": mebibytes(0.1) }, { "max.message.bytes": "104858" }],
  [{ preallocate: true }, { preallocate: "true" }],
  [{ "retention.bytes": -0 }, { "retention.bytes": "0" }],
  [{ "min.cleanable.dirty.ratio": -0 }, { "min.cleanable.dirty.ratio": "0.0" }],
  [{ "min.cleanable.dirty.ratio": 0.5 }, { "min.cleanable.dirty.ratio": "0.5" }],
  [{ "min.cleanable.dirty.ratio": 1 }, { "min.cleanable.dirty.ratio": "1.0" }],
  [{ "min.cleanable.dirty.ratio": 0.0001 }, { "min.cleanable.dirty.ratio": "1.0E-4" }],
  [{ "retention.ms": 9007199254740993n }, { "retention.ms": "9007199254740993" }],
  [{ "flush.ms": noLimit }, { "flush.ms": "9223372036854775807" }],
])("%o is rendered as the broker renders it", ([typed, rendered]) => {
  expect(topicConfig.parse(typed)).toEqual(rendered);
});

test("Values that the broker would refuse or spell differently are refused", () => {
  expect(topicConfig.safeParse({ "compression.gzip.level": 0 }).success).toBe(false);
  expect(topicConfig.safeParse({ "cleanup.policy": ["delete", "delete"] }).success).toBe(false);
});

test("Values that the broker would accept and then fail on are refused", () => {
  expect(topicConfig.safeParse({ "segment.index.bytes": 11 }).success).toBe(false);
  const replicas = ["2147483648:1"];
  expect(topicConfig.safeParse({ "leader.replication.throttled.replicas": replicas }).success).toBe(false);
});

test("The compiler refuses an unknown key and a value of another type", () => {
  // @ts-expect-error a misspelt key
  expect(topicConfig.safeParse({ "retention.mss": 1 } satisfies TopicConfig).success).toBe(false);
  // @ts-expect-error text instead of a number
  expect(topicConfig.safeParse({ "retention.ms": "1" } satisfies TopicConfig).success).toBe(false);
});
