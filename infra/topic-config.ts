import { z } from "zod";
import { strictKeys } from "../kafka/problem.ts";

// Rounded, since a tenth of a day is 8640000.000000002 ms in floating point, and Kafka takes whole numbers.

/** Seconds in ms, for the configs that end in `.ms`. */
export const seconds = (count: number): number => Math.round(count * 1000);
/** Minutes in ms, for the configs that end in `.ms`. */
export const minutes = (count: number): number => seconds(count * 60);
/** Hours in ms, for the configs that end in `.ms`. */
export const hours = (count: number): number => minutes(count * 60);
/** Days of 24 hours in ms, for the configs that end in `.ms`. */
export const days = (count: number): number => hours(count * 24);

/** KiB in bytes, for the configs that end in `.bytes`. */
export const kibibytes = (count: number): number => Math.round(count * 1024);
/** MiB in bytes, for the configs that end in `.bytes`. */
export const mebibytes = (count: number): number => kibibytes(count * 1024);
/** GiB in bytes, for the configs that end in `.bytes`. */
export const gibibytes = (count: number): number => mebibytes(count * 1024);

// Each schema takes the typed value and gives the text that the broker itself would answer. Any other spelling
// of the same value ("0.50", "compact, delete") differs at every preview, for ever.

const integer = (from: number, to = Number.MAX_SAFE_INTEGER) => {
  const allowed =
    to === Number.MAX_SAFE_INTEGER ? `a whole number from ${from}` : `a whole number from ${from} to ${to}`;
  return z.int(allowed).min(from, allowed).max(to, allowed).transform(String);
};
/** For the configs that may be without any limit and have no -1 to say so. */
export const noLimit = 9223372036854775807n;
const long = (from: number) =>
  z.union([integer(from), z.literal(noLimit).transform(String)], `a whole number from ${from}, or noLimit`);
const largestInt32 = 2 ** 31 - 1;
const int32 = (from: number) => integer(from, largestInt32);
const ratio = z.number("a number from 0 to 1").min(0, "a number from 0 to 1").max(1, "a number from 0 to 1");
const boolean = z.boolean("true or false").transform(String);
const oneOf = <const T extends string>(...values: T[]) => z.enum(values, `one of ${values.join(", ")}`);
const throttled = 'a list of "partition:broker", or "*"';
// The broker takes larger numbers, then fails to read them and applies no throttle.
const replica = z
  .string(throttled)
  .regex(/^\d+:\d+$/, throttled)
  .refine((pair) => pair.split(":").every((id) => Number(id) <= largestInt32), throttled);
const throttledReplicas = z
  .union([z.array(replica, throttled), z.literal("*")], throttled)
  .transform((value) => (value === "*" ? value : value.join(",")));

/** Java prints a double with a decimal point, and below a thousandth with an exponent. */
function renderDouble(value: number): string {
  if (Number.isInteger(value)) return `${value}.0`;
  if (value >= 1e-3) return String(value);
  const [digits = "", exponent] = value.toExponential().split("e");
  return `${digits.includes(".") ? digits : `${digits}.0`}E${exponent}`;
}

const gzipLevel = "-1 or a whole number from 1 to 9";
const policies = 'one of "compact", "delete", ["compact", "delete"], []';
const cleanupPolicy = z.enum(["compact", "delete"], policies);

const shape = {
  /** Old records are deleted or compacted to each key's last; [] keeps all. Kafka's default: "delete". */
  "cleanup.policy": z
    .union([cleanupPolicy, z.array(cleanupPolicy, policies)], policies)
    .refine((value) => typeof value === "string" || new Set(value).size === value.length, policies)
    .transform((value) => (typeof value === "string" ? value : value.join(","))),
  /** Codec that records are stored in; "producer" keeps the producer's. Kafka's default: "producer". */
  "compression.type": oneOf("uncompressed", "producer", "gzip", "lz4", "snappy", "zstd"),
  /** Level of gzip, 1 to 9, or -1 for gzip's own choice. Kafka's default: -1. */
  "compression.gzip.level": z
    .int(gzipLevel)
    .min(-1, gzipLevel)
    .max(9, gzipLevel)
    .refine((level) => level !== 0, gzipLevel)
    .transform(String),
  /** Level of lz4, 1 to 17. Kafka's default: 9. */
  "compression.lz4.level": integer(1, 17),
  /** Level of zstd, up to 22; below 0 it is faster still. Kafka's default: 3. */
  "compression.zstd.level": integer(-131072, 22),
  /** How long a tombstone of a compacted topic is kept, in ms. Kafka's default: days(1). */
  "delete.retention.ms": integer(0),
  /** Remote logs are deleted when tiered storage is switched off on the topic. Kafka's default: false. */
  "remote.log.delete.on.disable": boolean,
  /** No more records are copied to remote storage. Kafka's default: false. */
  "remote.log.copy.disable": boolean,
  /** Tiered storage; the brokers must have it switched on. Kafka's default: false. */
  "remote.storage.enable": boolean,
  /** How long a deleted file stays on disk, in ms. Kafka's default: minutes(1). */
  "file.delete.delay.ms": integer(0),
  /** Number of records between two forced flushes to disk; replicas keep them. Kafka's default: noLimit. */
  "flush.messages": long(1),
  /** Time between two forced flushes to disk, in ms; replicas keep records. Kafka's default: noLimit. */
  "flush.ms": long(0),
  /** Replicas throttled as followers, each "partition:broker", or all: "*". Kafka's default: []. */
  "follower.replication.throttled.replicas": throttledReplicas,
  /** Size of the records between two entries of the offset index, in bytes. Kafka's default: kibibytes(4). */
  "index.interval.bytes": int32(0),
  /** Replicas throttled as leaders, each "partition:broker", or all: "*". Kafka's default: []. */
  "leader.replication.throttled.replicas": throttledReplicas,
  /** Size on local disk with tiered storage, in bytes; -2 follows retention.bytes. Kafka's default: -2. */
  "local.retention.bytes": integer(-2),
  /** Age on local disk with tiered storage, in ms; -2 follows retention.ms. Kafka's default: -2. */
  "local.retention.ms": integer(-2),
  /** A record is compacted at the latest after this, in ms. Kafka's default: noLimit. */
  "max.compaction.lag.ms": long(1),
  /** Size of the largest batch of records, in bytes. Kafka's default: mebibytes(1) + 12. */
  "max.message.bytes": int32(0),
  /** How far a record's own time may lie in the future, in ms. Kafka's default: hours(1). */
  "message.timestamp.after.max.ms": long(0),
  /** How far a record's own time may lie in the past, in ms. Kafka's default: noLimit. */
  "message.timestamp.before.max.ms": long(0),
  /** Whose clock a record carries: the producer's, or the broker's. Kafka's default: "CreateTime". */
  "message.timestamp.type": oneOf("CreateTime", "LogAppendTime"),
  /** Share of the log not yet compacted that starts a compaction, 0 to 1. Kafka's default: 0.5. */
  "min.cleanable.dirty.ratio": ratio.transform(renderDouble),
  /** A record is not compacted before this, in ms. Kafka's default: 0. */
  "min.compaction.lag.ms": integer(0),
  /** Number of replicas that must have a record before a producer with acks=all hears. Kafka's default: 1. */
  "min.insync.replicas": int32(1),
  /** Files are allotted their whole size at once. Kafka's default: false. */
  preallocate: boolean,
  /** Size at which a partition's oldest records go, in bytes; -1 for no limit. Kafka's default: -1. */
  "retention.bytes": long(-1),
  /** Age at which records go, in ms; -1 keeps them for ever. Kafka's default: days(7). */
  "retention.ms": long(-1),
  /** Size of a segment, in bytes; records are deleted by segments. Kafka's default: gibibytes(1). */
  "segment.bytes": int32(1024 ** 2),
  /** Size of a segment's index, in bytes. Kafka's default: mebibytes(10). */
  // The broker takes 4 to 11 too, but an entry of the time index has 12: it then cannot open the partition, nor
  // those of other topics that were created with it.
  "segment.index.bytes": int32(12),
  /** The most by which a new segment may begin early, at random, in ms. Kafka's default: 0. */
  "segment.jitter.ms": integer(0),
  /** Age at which a new segment begins, in ms. Kafka's default: days(7). */
  "segment.ms": long(1),
  /** A replica that lacks records may become leader, which loses them. Kafka's default: false. */
  "unclean.leader.election.enable": boolean,
};

/** Kafka's topic-level configs: typed values in, the broker's own form out. */
export const topicConfig = z.strictObject(shape, strictKeys(shape)).partial();

/** What a topic may set. Times are in ms and sizes in bytes: `days(7)`, `mebibytes(16)`. */
export type TopicConfig = z.input<typeof topicConfig>;
