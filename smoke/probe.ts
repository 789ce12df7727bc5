import { explain, isAboutClock, principalOf } from "../kafka/causes.ts";
import { readClockAhead } from "../kafka/cluster-clock.ts";
import { deleteGroup } from "../kafka/delete-group.ts";
import type { TopicSpec } from "../kafka/topic.ts";
import { boundBy, type Limit, leftMs, within } from "./deadline.ts";
import { checkDefinition, type Live } from "./definition.ts";
import type { SmokeInput } from "./input.ts";
import { RecordProducer, type SentRecord, type Target, valuesOf, type Written } from "./produce.ts";
import { type ReadRecord, readBack } from "./read-back.ts";
import { checkRecords } from "./records.ts";
import { checkReplicas } from "./replicas.ts";
import { type Check, type TopicResult, worst } from "./result.ts";

/** How far a probe is: "writing", "reading", "cleaning up". */
export type Progress = (step: string) => void;

/** How much of the time writing may take: one broker that throttles must not keep all records from being read. */
const writingShare = 2 / 3;

/** What is left of the time for clean-up once the records have had theirs. */
const cleanUpMs = 4_000;

/**
 * Looks at every deployed topic and sends one record to each of its partitions and back, with one producer and
 * one consumer group for all. Whatever happens to a topic, or to all of them, each has a result in the end.
 * @param run marks the records, and is the consumer group's id
 * @param limit for all of it; the records end some seconds earlier
 * @returns a result for each deployed topic, in their order, the records that came back as they were sent, and
 *   what could not be removed again, in words
 */
export async function probeTopics(
  input: SmokeInput,
  { run, limit, onProgress }: { run: string; limit: Limit; onProgress: Progress },
): Promise<{ topics: TopicResult[]; records: SentRecord[]; leftovers: readonly string[] }> {
  const looked = input.deployed.map((deployed) => lookAt(deployed, input));
  const targets = looked.flatMap(({ target }) => target ?? []);
  const found = targets.length > 0 ? await sendAndRead(input, targets, { run, limit, onProgress }) : nothing;
  const attempt = { principal: principalOf(input.connection), clockAheadMs: found.clockAheadMs };
  const topics = looked.map((topic): TopicResult => {
    const { name } = topic.deployed;
    const written = found.written.get(name);
    const read = found.read.get(name);
    const checks =
      topic.target && written
        ? [...topic.checks, ...checkRecords(topic.target, written, read, found.tombstoned.get(name), attempt)]
        : topic.checks;
    return makeResult(topic, checks, written, Array.isArray(read) ? read : []);
  });
  const records = [...found.read.values()].flatMap((outcome) =>
    Array.isArray(outcome) ? outcome.flatMap(({ sent, readMs }) => (readMs === undefined ? [] : sent)) : [],
  );
  return { topics, records, leftovers: found.leftovers };
}

/** What became of the records, by topic. */
type Found = {
  readonly written: ReadonlyMap<string, Written>;
  readonly read: ReadonlyMap<string, ReadRecord[] | Error>;
  readonly tombstoned: ReadonlyMap<string, Error>;
  readonly leftovers: readonly string[];
  readonly clockAheadMs?: number | undefined;
};

const nothing: Found = { written: new Map(), read: new Map(), tombstoned: new Map(), leftovers: [] };

async function sendAndRead(
  input: SmokeInput,
  targets: readonly Target[],
  { run, limit, onProgress }: { run: string; limit: Limit; onProgress: Progress },
): Promise<Found> {
  const connection = { ...input.connection, timeoutMs: input.requestTimeoutMs };
  const until: Limit = { ...limit, deadline: Math.max(performance.now(), limit.deadline - cleanUpMs) };
  const headers = { "smoke-run": run, "smoke-version": "1", "smoke-stack": input.stack };
  const producer = new RecordProducer(connection, headers);
  onProgress(`writing to ${targets.length} topics`);
  const written = await producer.sendRecords(targets, within(until, writingShare * leftMs(until)));
  const sent = new Map([...written].map(([topic, own]) => [topic, own.sent]));
  const sentRecords = [...sent.values()].flat();
  onProgress(`reading ${sentRecords.length} records back`);
  const read = sentRecords.length > 0 ? await readBack(connection, sent, run, until) : nothing.read;

  onProgress("cleaning up");
  // Also when the run was interrupted, so under a limit of their own.
  const cleanUpEnd = { deadline: Math.max(limit.deadline, performance.now() + 1_000) };
  const compacted = targets
    .filter((target) => target.compacted)
    .flatMap(({ topic }) => sent.get(topic) ?? []);
  const tombstoned = await producer.sendTombstones(compacted, cleanUpEnd);
  const errors = [...written.values()].flatMap((own) => [...own.errors.values()]);
  const clockAheadMs = errors.some(isAboutClock)
    ? await boundBy(cleanUpEnd, "the cluster's time", readClockAhead(connection)).catch(() => undefined)
    : undefined;
  const group = sentRecords.length > 0 ? run : undefined;
  const leftovers = await cleanUp(input, producer, group, cleanUpEnd);
  return { written, read, tombstoned, leftovers, clockAheadMs };
}

type LookedAt = {
  readonly deployed: TopicSpec;
  readonly live: Live;
  readonly checks: Check[];
  /** Absent when no record is to be sent, or none could be. */
  readonly target?: Target;
};

function lookAt(deployed: TopicSpec, { live, configs, connection }: SmokeInput): LookedAt {
  const { name, smoke = "metadata", sample } = deployed;
  const own: Live = {
    topic: live.topics.get(name),
    forbidden: live.forbidden.has(name),
    configs: configs.get(name),
  };
  if (typeof smoke === "object") return { deployed, live: own, checks: [] };
  const principal = principalOf(connection);
  const definition = checkDefinition(deployed, own, principal);
  const setting = (key: string) => own.configs?.values.get(key) ?? deployed.config[key];
  const minInSync = Number(setting("min.insync.replicas") ?? 1);
  const replicas = own.topic ? checkReplicas(own.topic, minInSync, live.brokers) : [];
  const checks = [...definition, ...replicas];
  if (smoke === "metadata") return { deployed, live: own, checks };

  const partitions = own.topic?.partitions.map(({ partition }) => partition) ?? [];
  const compacted = setting("cleanup.policy")?.includes("compact") ?? false;
  const target = { topic: name, partitions, sample, compacted };
  // The record to the last partition is the longest.
  const bytes = Buffer.byteLength(valuesOf(target)(partitions.length - 1));
  const mostBytes = Number(setting("max.message.bytes") ?? Number.POSITIVE_INFINITY);
  const obstacle = !own.topic
    ? "there is no topic to write to, see exists."
    : worst(replicas) === "failed"
      ? "nothing can be written as the topic is declared, see its replicas."
      : bytes > mostBytes &&
        `the sample is larger (${bytes} bytes) than the topic takes (max.message.bytes ${mostBytes}). Raise it or shorten the sample.`;
  if (!obstacle) return { deployed, live: own, checks, target };
  const written = { group: "records", name: "written", expected: "a record to every partition" } as const;
  return {
    deployed,
    live: own,
    checks: [...checks, { ...written, observed: "not tried", verdict: "failed", cause: obstacle }],
  };
}

/** @returns what is still there, in words */
async function cleanUp(
  { connection, requestTimeoutMs }: SmokeInput,
  producer: RecordProducer,
  group: string | undefined,
  end: Limit,
): Promise<string[]> {
  await boundBy(end, "the producer's end", producer.disconnect()).catch(() => {});
  if (group === undefined) return [];
  try {
    const patient = { ...connection, timeoutMs: requestTimeoutMs };
    await boundBy(end, "the group's deletion", deleteGroup(patient, group, end.deadline));
    return [];
  } catch (error) {
    const permission = "DELETE on group prefix smoke-";
    const cause = explain(error, { permission, principal: principalOf(connection) });
    return [`The consumer group ${group} could not be removed: ${cause}`];
  }
}

function makeResult(
  { deployed, live }: LookedAt,
  checks: readonly Check[],
  written: Written | undefined,
  read: readonly ReadRecord[],
): TopicResult {
  const { name, smoke = "metadata", partitions, replicationFactor } = deployed;
  const sentTo = new Map(written?.sent.map((record) => [record.partition, record]));
  const readFrom = new Map(read.map((record) => [record.sent.partition, record]));
  return {
    topic: name,
    ...(typeof smoke === "object"
      ? { mode: "off", reason: smoke.off, verdict: "skipped" }
      : { mode: smoke, verdict: worst(checks) }),
    partitions,
    replicationFactor,
    checks,
    partitionResults: (live.topic?.partitions ?? []).map((partition) => {
      const sent = sentTo.get(partition.partition);
      const { readMs, failure } = readFrom.get(partition.partition) ?? {};
      return {
        ...partition,
        ...(sent && { offset: sent.offset, acknowledgedMs: round(sent.acknowledgedMs) }),
        ...(sent && readMs !== undefined && { endToEndMs: round(sent.acknowledgedMs + readMs) }),
        ...(failure && { failure: failure.words }),
        ...(written?.errors.has(partition.partition) && { failure: "not written" }),
      };
    }),
  };
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
