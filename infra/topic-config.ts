import { z } from "zod";
import { strictKeys } from "../kafka/problem.ts";
import { noLimit } from "./units.ts";

export { days, gibibytes, hours, kibibytes, mebibytes, minutes, noLimit, seconds } from "./units.ts";

// Each schema converts the typed value to the text that the broker returns for it. Any other spelling of the same
// value ("0.50", "compact, delete") would show up as a change in every preview.

const integer = (from: number, to: number) => {
  const allowed = `a whole number from ${from} to ${to}`;
  return z.int(allowed).min(from, allowed).max(to, allowed).transform(String);
};
/** How a stack's file gives `noLimit`. A catalogue file imports the number, so the type of a config does not accept the text. */
const nameOfNoLimit: unknown = "noLimit";
/** Of Kafka's type long; a JavaScript number cannot represent the largest ones. */
const long = (from: number) => {
  const error = ({ input }: { input?: unknown }) =>
    Number.isInteger(input) && !Number.isSafeInteger(input)
      ? "a whole number; above 9007199254740991 as a BigInt, such as 9007199254740993n, or noLimit"
      : `a whole number of at least ${from}, or noLimit`;
  const number = z.int({ error }).min(from, { error });
  const bigint = z.bigint({ error }).min(BigInt(from), { error }).max(noLimit, { error });
  const value = z.union([number, bigint], { error }).transform(String);
  return z.preprocess((given: number | bigint) => (given === nameOfNoLimit ? noLimit : given), value);
};
const largestInt32 = 2 ** 31 - 1;
const int32 = (from: number) => integer(from, largestInt32);
const ratio = z.number("a number from 0 to 1").min(0, "a number from 0 to 1").max(1, "a number from 0 to 1");
const boolean = z.boolean("true or false").transform(String);
const oneOf = <const T extends string>(...values: T[]) => z.enum(values, `one of ${values.join(", ")}`);
const throttled = 'a list of "partition:broker", or "*"';
// The broker accepts larger numbers, but then fails to parse them and applies no throttle.
const replica = z
  .string(throttled)
  .regex(/^\d+:\d+$/, throttled)
  .refine((pair) => pair.split(":").every((id) => Number(id) <= largestInt32), throttled);
const throttledReplicas = z
  .union([z.array(replica, throttled), z.literal("*")], throttled)
  .transform((value) => (value === "*" ? value : value.join(",")));

/** Renders a number as Java prints a double: with a decimal point, and with an exponent below 0.001. */
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
  /** Whether to delete old records, or to keep the last of each key; [] keeps all. Kafka's default: "delete". */
  "cleanup.policy": z
    .union([cleanupPolicy, z.array(cleanupPolicy, policies)], policies)
    .refine((value) => typeof value === "string" || new Set(value).size === value.length, policies)
    .transform((value) => (typeof value === "string" ? value : value.join(","))),
  /** Codec of stored records; "producer" keeps the producer's codec. Kafka's default: "producer". */
  "compression.type": oneOf("uncompressed", "producer", "gzip", "lz4", "snappy", "zstd"),
  /** gzip level, 1 to 9, or -1 for gzip's own default. Kafka's default: -1. */
  "compression.gzip.level": z
    .int(gzipLevel)
    .min(-1, gzipLevel)
    .max(9, gzipLevel)
    .refine((level) => level !== 0, gzipLevel)
    .transform(String),
  /** lz4 level, 1 to 17. Kafka's default: 9. */
  "compression.lz4.level": integer(1, 17),
  /** zstd level, up to 22; negative levels are faster. Kafka's default: 3. */
  "compression.zstd.level": integer(-131072, 22),
  /** How long a tombstone of a compacted topic is kept, in ms. Kafka's default: days(1). */
  "delete.retention.ms": long(0),
  /** Whether disabling tiered storage on the topic deletes its remote logs. Kafka's default: false. */
  "remote.log.delete.on.disable": boolean,
  /** Whether to stop copying records to remote storage. Kafka's default: false. */
  "remote.log.copy.disable": boolean,
  /** Whether the topic uses tiered storage, which must be enabled on the brokers. Kafka's default: false. */
  "remote.storage.enable": boolean,
  /** How long a deleted file stays on disk, in ms. Kafka's default: minutes(1). */
  "file.delete.delay.ms": long(0),
  /** Number of records between two forced flushes to disk; replicas protect unflushed records. Kafka's default: noLimit. */
  "flush.messages": long(1),
  /** Time between two forced flushes to disk, in ms; replicas protect unflushed records. Kafka's default: noLimit. */
  "flush.ms": long(0),
  /** Replicas throttled as followers, each "partition:broker", or all: "*". Kafka's default: []. */
  "follower.replication.throttled.replicas": throttledReplicas,
  /** Size of the records between two entries of the offset index, in bytes. Kafka's default: kibibytes(4). */
  "index.interval.bytes": int32(0),
  /** Replicas throttled as leaders, each "partition:broker", or all: "*". Kafka's default: []. */
  "leader.replication.throttled.replicas": throttledReplicas,
  /** Maximum size on local disk with tiered storage, in bytes; -2 follows retention.bytes. Kafka's default: -2. */
  "local.retention.bytes": long(-2),
  /** Maximum age on local disk with tiered storage, in ms; -2 follows retention.ms. Kafka's default: -2. */
  "local.retention.ms": long(-2),
  /** Maximum time for which a record stays uncompacted, in ms. Kafka's default: noLimit. */
  "max.compaction.lag.ms": long(1),
  /** Maximum size of a record batch, in bytes. Kafka's default: mebibytes(1) + 12. */
  "max.message.bytes": int32(0),
  /** How far a record's timestamp may be ahead of the broker's clock, in ms. Kafka's default: hours(1). */
  "message.timestamp.after.max.ms": long(0),
  /** How far a record's timestamp may be behind the broker's clock, in ms. Kafka's default: noLimit. */
  "message.timestamp.before.max.ms": long(0),
  /** Whether a record's timestamp is set by the producer or by the broker. Kafka's default: "CreateTime". */
  "message.timestamp.type": oneOf("CreateTime", "LogAppendTime"),
  /** Uncompacted share of the log at which compaction starts, 0 to 1. Kafka's default: 0.5. */
  "min.cleanable.dirty.ratio": ratio.transform(renderDouble),
  /** Minimum time for which a record stays uncompacted, in ms. Kafka's default: 0. */
  "min.compaction.lag.ms": long(0),
  /** Number of in-sync replicas without which writes with acks=all fail. Kafka's default: 1. */
  "min.insync.replicas": int32(1),
  /** Whether a new segment's file is allocated at its full size. Kafka's default: false. */
  preallocate: boolean,
  /** Size above which a partition's oldest records are deleted, in bytes; -1 for no limit. Kafka's default: -1. */
  "retention.bytes": long(-1),
  /** Age at which records are deleted, in ms; -1 keeps them forever. Kafka's default: days(7). */
  "retention.ms": long(-1),
  /** Maximum size of a segment, in bytes; records are deleted by segment. Kafka's default: gibibytes(1). */
  // Kafka 3 accepts 14 bytes or more, Kafka 4 one mebibyte or more; Kafka 4 refuses the others itself.
  "segment.bytes": int32(14),
  /** Maximum size of a segment's index, in bytes. Kafka's default: mebibytes(10). */
  // The broker also accepts 4 to 11, but an entry of the time index has 12 bytes: it then cannot open the partition, nor
  // the partitions of other topics that were created at the same time.
  "segment.index.bytes": int32(12),
  /** Maximum random time by which a new segment starts early, in ms. Kafka's default: 0. */
  "segment.jitter.ms": long(0),
  /** Age of a segment at which a new one starts, in ms. Kafka's default: days(7). */
  "segment.ms": long(1),
  /** Whether an out-of-sync replica may become leader, which loses the records it lacks. Kafka's default: false. */
  "unclean.leader.election.enable": boolean,
};

/** Kafka's topic-level configs: typed values in, the broker's canonical form out. */
export const topicConfig = z.strictObject(shape, strictKeys(shape)).partial();

/** The configs that a topic can set. Times are in ms and sizes in bytes: `days(7)`, `mebibytes(16)`. */
export type TopicConfig = z.input<typeof topicConfig>;

/** The same, in the broker's canonical form. */
export type ParsedConfig = z.output<typeof topicConfig>;

/** The same configs with `null` for those that always follow the cluster's defaults. */
export const topicConfigChange = z.strictObject(nullable(shape), strictKeys(shape)).partial();

/** The configs of a topic. One that is `null` follows the cluster's default. */
export type TopicConfigChange = { [Key in keyof TopicConfig]: TopicConfig[Key] | null };

/** Returns the schemas of a shape, each of which accepts null too. */
function nullable<Shape extends Record<string, z.ZodType>>(given: Shape) {
  const schemas = Object.entries(given).map(([key, schema]) => [key, schema.nullable()]);
  return Object.fromEntries(schemas) as { [Key in keyof Shape]: z.ZodNullable<Shape[Key]> };
}
