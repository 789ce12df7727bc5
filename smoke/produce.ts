import { nameBrokers } from "../kafka/broker-wording.ts";
import type { Connection } from "../kafka/connection.ts";
import { isRetriable } from "../kafka/error-chain.ts";
import { readLiveCluster } from "../kafka/live-cluster.ts";
import type { JsonValue, LivePartition } from "../kafka/topic.ts";
import { writeRecords } from "../kafka/write-records.ts";
import { patienceMs } from "./bisection.ts";
import { boundBy, type Deadline, isOver, OutOfTimeError, pause, within } from "./deadline.ts";
import type { KnownCluster } from "./input.ts";
import { type Landed, type Leader, LeaderProducer, type LeaderSender } from "./leader-producer.ts";
import type { NewRecord } from "./new-record.ts";
import { PlainLeader } from "./plain-leader.ts";
import type { Retries } from "./retries.ts";

/** A topic to write to. */
export type Target = {
  readonly topic: string;
  /** Each gets one record. */
  readonly partitions: readonly number[];
  readonly sample?: JsonValue | undefined;
  /** Whether the topic is compacted, so that the records' keys stay until tombstones delete them. */
  readonly compacted: boolean;
};

/** A record that all in-sync replicas have acknowledged. */
export type SentRecord = NewRecord &
  Landed & {
    /** JSON. */
    readonly value: string;
  };

/** The outcome of one topic's records: each is sent, or there is an error for its partition. */
export type Written = {
  readonly sent: readonly SentRecord[];
  readonly errors: ReadonlyMap<number, Error>;
};

/** A partition that cannot be written to now, according to the brokers' metadata. */
class MetadataError extends Error {
  override readonly name = "MetadataError";
  /** The error's name in the Kafka protocol. */
  readonly type: string;
  /** As kafkajs marks its own errors: a leader is elected, or its broker is restarting. */
  readonly retriable = true;
  /** Whether all brokers with a replica have left the cluster: they may be restarting. */
  readonly isGone: boolean;

  constructor(type: string, message: string, isGone = false) {
    super(message);
    this.type = type;
    this.isGone = isGone;
  }
}

/** How long to wait for a partition whose brokers leave during the run, in ms: one that is dead must not delay its end. */
const restartMs = 12_000;

/** The pause before the next round, and the longest pause; each pause is twice as long as the one before. */
const [pauseMs, longestPauseMs] = [500, 4_000];

/**
 * A retry divides a leader's records among up to this many concurrent requests, by in-sync replicas, so that a slow
 * follower delays only its own partitions. More would be too many connections on large clusters.
 */
const retryConnections = 8;

/** Sends the records of a run, acknowledged by all in-sync replicas. The caller must disconnect it. */
export class RecordProducer {
  readonly #connection: Connection;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #retries: Retries;
  readonly #createSender: (leader: Leader, isPlain: boolean) => LeaderSender;
  readonly #producers = new Map<string, LeaderSender>();

  /**
   * @param headers the headers of every record
   * @param retries counts its retries
   * @param createSender what sends records to a leader: a producer or, if not all partitions of the topics have a leader,
   *   plain requests
   */
  constructor(
    connection: Connection,
    headers: Readonly<Record<string, string>>,
    retries: Retries,
    createSender: (leader: Leader, isPlain: boolean) => LeaderSender = (leader, isPlain) =>
      isPlain
        ? new PlainLeader(connection, leader, { write: writeRecords })
        : new LeaderProducer(connection, leader),
  ) {
    this.#connection = connection;
    this.#headers = headers;
    this.#retries = retries;
    this.#createSender = createSender;
  }

  /**
   * Sends one JSON record to every partition of every target.
   * @param cluster read just before, with the leaders of the targets
   * @returns the outcome of each topic's records, by topic
   */
  async sendRecords(
    targets: readonly Target[],
    cluster: KnownCluster,
    deadline: Deadline,
  ): Promise<Map<string, Written>> {
    const records = targets.flatMap((target) => {
      const valueTo = valuesOf(target);
      return target.partitions.map((partition) => ({
        topic: target.topic,
        partition,
        // A compacted topic rejects a record without a key, and keeps one record for each key.
        key: `smoke-${partition}`,
        value: valueTo(partition),
        headers: this.#headers,
      }));
    });
    const outcomes = await this.#sendWithRetries(records, deadline, cluster);
    const written = new Map<string, { sent: SentRecord[]; errors: Map<number, Error> }>(
      targets.map(({ topic }) => [topic, { sent: [], errors: new Map() }]),
    );
    for (const record of records) {
      const outcome = outcomes.get(record);
      const own = written.get(record.topic);
      if (outcome instanceof Error) own?.errors.set(record.partition, outcome);
      else if (outcome) own?.sent.push({ ...record, ...outcome });
    }
    return written;
  }

  /**
   * Sends tombstones for the keys of compacted topics' records, so that compaction removes them completely.
   * @param deadline for this clean-up
   * @returns why tombstones could not be sent, by topic
   */
  async sendTombstones(sent: readonly SentRecord[], deadline: Deadline): Promise<Map<string, Error>> {
    const tombstones = sent.map(({ topic, partition, key, headers }) => {
      return { topic, partition, key, headers, value: null };
    });
    const outcomes = await this.#sendWithRetries(tombstones, deadline);
    return new Map(
      [...outcomes].flatMap(([{ topic }, outcome]) => (outcome instanceof Error ? [[topic, outcome]] : [])),
    );
  }

  async disconnect(): Promise<void> {
    await Promise.all([...this.#producers.values()].map((producer) => producer.disconnect()));
  }

  /** Sends to all leaders at once, and for a while resends what failed retriably, each time to the current leaders. */
  async #sendWithRetries(
    records: readonly NewRecord[],
    deadline: Deadline,
    known?: KnownCluster,
  ): Promise<Map<NewRecord, Landed | Error>> {
    const outcomes = new Map<NewRecord, Landed | Error>();
    const [patience, restart] = [within(deadline, patienceMs), within(deadline, restartMs)];
    let pending = records;
    for (let ms = pauseMs; pending.length > 0; ms = Math.min(2 * ms, longestPauseMs)) {
      const isFirst = outcomes.size === 0;
      const cluster = isFirst && known ? known : await this.#readCluster(pending, deadline);
      const sent = await this.#sendToLeaders(pending, cluster, isFirst ? 1 : retryConnections, deadline);
      // What a leader answered says more than that there was no time for another answer.
      for (const [record, outcome] of sent)
        if (!(outcome instanceof OutOfTimeError) || !outcomes.has(record)) outcomes.set(record, outcome);
      pending = pending.filter((record) => {
        const outcome = outcomes.get(record);
        const isGone = outcome instanceof MetadataError && outcome.isGone;
        return isRetriable(outcome) && !(isGone && isOver(restart));
      });
      if (isOver(patience)) break;
      if (pending.length === 0) break;
      this.#retries.countAll(pending.map((record) => outcomes.get(record)));
      await pause(patience, ms);
    }
    return outcomes;
  }

  async #readCluster(records: readonly NewRecord[], deadline: Deadline): Promise<KnownCluster | Error> {
    const names = [...new Set(records.map(({ topic }) => topic))];
    const reading = readLiveCluster(this.#connection, names);
    return boundBy(deadline, "the brokers' metadata", reading).then(
      ({ topics, ...cluster }) => ({
        ...cluster,
        topics: new Map(topics.map((topic) => [topic.name, topic])),
      }),
      (error: Error) => error,
    );
  }

  async #sendToLeaders(
    records: readonly NewRecord[],
    cluster: KnownCluster | Error,
    connections: number,
    deadline: Deadline,
  ): Promise<readonly (readonly [NewRecord, Landed | Error])[]> {
    if (cluster instanceof Error) return records.map((record) => [record, cluster]);
    const replicaSets: string[] = [];
    const located = records.map((record) => {
      const { partitions = [] } = cluster.topics.get(record.topic) ?? {};
      const partition = partitions.find((one) => one.partition === record.partition);
      const address = cluster.addresses.get(partition?.leader ?? -1);
      if (partition && address) {
        const replicas = partition.inSyncReplicas.toSorted().join();
        if (!replicaSets.includes(replicas)) replicaSets.push(replicas);
        // kafkajs would refuse the whole topic.
        const isPlain = partitions.some(({ leader }) => leader < 0);
        const connection = `${address} ${replicaSets.indexOf(replicas) % connections}${isPlain ? " plain" : ""}`;
        return { record, leader: { id: partition.leader, address }, connection, isPlain };
      }
      return { record, error: explainUnled(partition, cluster) };
    });
    const led = located.flatMap(({ record, leader, connection, isPlain }) =>
      leader ? [{ record, leader, connection, isPlain }] : [],
    );
    const sent = await Promise.all(
      [...Map.groupBy(led, ({ connection }) => connection)].flatMap(([connection, own]) => {
        const [first] = own;
        const records = own.map(({ record }) => record);
        return first ? [this.#producerOf(connection, first).send(records, deadline)] : [];
      }),
    );
    const unsendable = located.flatMap(({ record, error }) => (error ? [[record, error] as const] : []));
    return [...unsendable, ...sent.flatMap((outcomes) => [...outcomes])];
  }

  /** @param connection identifies it: a broker answers the requests of one connection one after the other */
  #producerOf(connection: string, { leader, isPlain }: { leader: Leader; isPlain: boolean }): LeaderSender {
    const known = this.#producers.get(connection);
    if (known) return known;
    const producer = this.#createSender(leader, isPlain);
    this.#producers.set(connection, producer);
    return producer;
  }
}

/** Words no partition, because many may have the same reason. */
function explainUnled(known: LivePartition | undefined, { brokers }: KnownCluster): MetadataError {
  // The brokers may not know a new topic yet.
  if (!known) return new MetadataError("UNKNOWN_TOPIC_OR_PARTITION", "it is not in the brokers' metadata");
  const { replicas } = known;
  const isGone = !replicas.some((id) => brokers.includes(id));
  return new MetadataError(
    "LEADER_NOT_AVAILABLE",
    `its replicas are on ${nameBrokers(replicas.toSorted((a, b) => a - b))}`,
    isGone,
  );
}

/** The JSON value for each partition of a topic. A sample is serialized once for all, because it may be large. */
export function valuesOf({ topic, sample }: Pick<Target, "topic" | "sample">): (partition: number) => string {
  if (sample === undefined) return (partition) => JSON.stringify({ smoke: true, topic, partition });
  const value = JSON.stringify(sample);
  return () => value;
}
