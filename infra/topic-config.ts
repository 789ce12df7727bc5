import { z } from "zod";
import { keysOf } from "../kafka/problem.ts";

const secondMs = 1000;
/** A duration in ms, for the configs that end in `.ms`. */
export const seconds = (count: number): number => count * secondMs;
export const minutes = (count: number): number => count * 60 * secondMs;
export const hours = (count: number): number => count * 3600 * secondMs;
export const days = (count: number): number => count * 24 * 3600 * secondMs;

/** A size in bytes, for the configs that end in `.bytes`. */
export const kibibytes = (count: number): number => count * 1024;
export const mebibytes = (count: number): number => count * 1024 ** 2;
export const gibibytes = (count: number): number => count * 1024 ** 3;

// Each schema takes the typed value and gives the text that the broker itself would answer. Any other spelling
// of the same value ("0.50", "compact, delete") differs at every preview, for ever.

const integer = (from: number, to = Number.MAX_SAFE_INTEGER) => {
  const allowed =
    to === Number.MAX_SAFE_INTEGER ? `a whole number from ${from}` : `a whole number from ${from} to ${to}`;
  return z.int(allowed).min(from, allowed).max(to, allowed).transform(String);
};
/** For the configs that may be without any limit, which is Kafka's default there. */
export const noLimit = 9223372036854775807n;
const long = (from: number) =>
  z.union([integer(from), z.literal(noLimit).transform(String)], `a whole number from ${from}, or noLimit`);
const int32 = (from: number) => integer(from, 2 ** 31 - 1);
const ratio = z.number("a number from 0 to 1").min(0, "a number from 0 to 1").max(1, "a number from 0 to 1");
const boolean = z.boolean("true or false").transform(String);
const oneOf = <const T extends string>(...values: T[]) => z.enum(values, `one of ${values.join(", ")}`);
const throttled = 'a list of "partition:broker", or "*"';
const throttledReplicas = z
  .union([z.array(z.string(throttled).regex(/^\d+:\d+$/, throttled), throttled), z.literal("*")], throttled)
  .transform((value) => (value === "*" ? value : value.join(",")));

/** Java prints a double with a decimal point, and below a thousandth with an exponent. */
function renderDouble(value: number): string {
  if (Number.isInteger(value)) return `${value}.0`;
  if (value >= 1e-3) return String(value);
  const [digits = "", exponent] = value.toExponential().split("e");
  return `${digits.includes(".") ? digits : `${digits}.0`}E${exponent}`;
}

const gzipLevel = "-1 or a whole number from 1 to 9";
const policies = 'one of "compact", "delete", ["compact", "delete"]';
const cleanupPolicy = z.enum(["compact", "delete"], policies);

const shape = {
  /** What becomes of old records: deleted, or compacted to the last one of each key. Kafka's default: "delete". */
  "cleanup.policy": z
    .union([cleanupPolicy, z.array(cleanupPolicy, policies).min(1, policies)], policies)
    .refine((value) => typeof value === "string" || new Set(value).size === value.length, policies)
    .transform((value) => (typeof value === "string" ? value : value.join(","))),
  /** The codec that records are stored in; "producer" keeps each producer's own. Kafka's default: "producer". */
  "compression.type": oneOf("uncompressed", "producer", "gzip", "lz4", "snappy", "zstd"),
  /** Level of gzip, 1 to 9, or -1. Kafka's default: -1. */
  "compression.gzip.level": z
    .int(gzipLevel)
    .min(-1, gzipLevel)
    .max(9, gzipLevel)
    .refine((level) => level !== 0, gzipLevel)
    .transform(String),
  /** Level of lz4, 1 to 17. Kafka's default: 9. */
  "compression.lz4.level": integer(1, 17),
  /** Level of zstd, up to 22. Kafka's default: 3. */
  "compression.zstd.level": integer(-131072, 22),
  /** How long a tombstone of a compacted topic is kept, in ms. Kafka's default: 1 day. */
  "delete.retention.ms": integer(0),
  /** Remote logs are deleted when tiered storage is switched off on the topic. Kafka's default: false. */
  "remote.log.delete.on.disable": boolean,
  /** No more records are copied to remote storage. Kafka's default: false. */
  "remote.log.copy.disable": boolean,
  /** Tiered storage; the brokers must have it switched on. Kafka's default: false. */
  "remote.storage.enable": boolean,
  /** How long a deleted file stays on disk, in ms. Kafka's default: 1 minute. */
  "file.delete.delay.ms": integer(0),
  /** Records between two forced flushes to disk. Kafka's default: noLimit; replicas keep the records. */
  "flush.messages": long(1),
  /** Time between two forced flushes to disk, in ms. Kafka's default: noLimit; replicas keep the records. */
  "flush.ms": long(0),
  /** Replicas whose replication from followers is throttled. Kafka's default: none. */
  "follower.replication.throttled.replicas": throttledReplicas,
  /** Bytes between two entries of the offset index. Kafka's default: 4 KiB. */
  "index.interval.bytes": int32(0),
  /** Replicas whose replication from leaders is throttled. Kafka's default: none. */
  "leader.replication.throttled.replicas": throttledReplicas,
  /** Size of a partition on local disk with tiered storage, in bytes; -2 follows retention.bytes. Kafka's default: -2. */
  "local.retention.bytes": integer(-2),
  /** Age of records on local disk with tiered storage, in ms; -2 follows retention.ms. Kafka's default: -2. */
  "local.retention.ms": integer(-2),
  /** A record is compacted at the latest after this, in ms. Kafka's default: noLimit. */
  "max.compaction.lag.ms": long(1),
  /** Size of the largest batch of records, in bytes. Kafka's default: 1 MiB and 12 bytes. */
  "max.message.bytes": int32(0),
  /** How far a record's own time may lie in the future, in ms. Kafka's default: 1 hour. */
  "message.timestamp.after.max.ms": integer(0),
  /** How far a record's own time may lie in the past, in ms. Kafka's default: noLimit. */
  "message.timestamp.before.max.ms": long(0),
  /** Whose clock a record carries: the producer's, or the broker's. Kafka's default: "CreateTime". */
  "message.timestamp.type": oneOf("CreateTime", "LogAppendTime"),
  /** Share of records not yet compacted that starts a compaction, 0 to 1. Kafka's default: 0.5. */
  "min.cleanable.dirty.ratio": ratio.transform(renderDouble),
  /** A record is not compacted before this, in ms. Kafka's default: 0. */
  "min.compaction.lag.ms": integer(0),
  /** Replicas that must have a record before a producer with acks=all hears of it. Kafka's default: 1. */
  "min.insync.replicas": int32(1),
  /** Files are allotted their whole size at once. Kafka's default: false. */
  preallocate: boolean,
  /** Size at which a partition's oldest records go, in bytes; -1 for no limit. Kafka's default: -1. */
  "retention.bytes": integer(-1),
  /** Age at which records go, in ms; -1 keeps them for ever. Kafka's default: 7 days. */
  "retention.ms": integer(-1),
  /** Size of a segment, in bytes; a partition is deleted and compacted by segments. Kafka's default: 1 GiB. */
  "segment.bytes": int32(1024 ** 2),
  /** Size of a segment's index, in bytes. Kafka's default: 10 MiB. */
  "segment.index.bytes": int32(4),
  /** Largest random delay of a new segment, in ms. Kafka's default: 0. */
  "segment.jitter.ms": integer(0),
  /** Age at which a new segment begins, in ms. Kafka's default: 7 days. */
  "segment.ms": integer(1),
  /** A replica that lacks records may become leader, which loses them. Kafka's default: false. */
  "unclean.leader.election.enable": boolean,
};

/** Kafka's topic-level configs: typed values in, the broker's own form out. */
export const topicConfig = z.strictObject(shape, keysOf(shape)).partial();

/** What a topic may set. Times are in ms and sizes in bytes: `days(7)`, `mebibytes(16)`. */
export type TopicConfig = z.input<typeof topicConfig>;
