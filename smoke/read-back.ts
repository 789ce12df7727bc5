import { UnreachableError } from "../kafka/cluster-error.ts";
import type { Connection } from "../kafka/connection.ts";
import { markMovingCoordinator } from "../kafka/consumer-group.ts";
import { isCoordinatorMissing, isGroupRefused } from "../kafka/error-chain.ts";
import { classifyFailure } from "../kafka/failure.ts";
import { type LiveCluster, readLiveCluster } from "../kafka/live-cluster.ts";
import { keyOf } from "../kafka/place.ts";
import { askUntilSettled } from "../kafka/retry.ts";
import { bisectFailures, patienceMs } from "./bisection.ts";
import { createGroupConsumer } from "./consumer.ts";
import type { ConsumerGroups } from "./consumer-groups.ts";
import { boundBy, type Deadline, isOver, leftMs, OutOfTimeError, pause } from "./deadline.ts";
import { findDeleted } from "./deleted-records.ts";
import type { ReadFailure } from "./finding.ts";
import type { SentRecord } from "./produce.ts";
import { readPlainly } from "./read-plainly.ts";
import { findRecordChange, type ReadRecord } from "./record-change.ts";
import type { Retries } from "./retries.ts";
import { assignOnly } from "./sent-partitions.ts";

/** How long a fetch waits for records, and therefore how long the consumer takes to stop. kafkajs's default is 5 s. */
const maxWaitTimeInMs = 100;

/**
 * How long the group keeps a member that could not leave: the least that brokers accept by default and, for brokers with
 * other limits, the default of Kafka's own consumers.
 */
const [shortSessionMs, usualSessionMs] = [6_000, 45_000];

/** How often to check whether records that have not arrived still exist. */
const lookMs = 1_000;

/**
 * Reads each record from the offset where it landed, with all consumer groups at once.
 * @param groups the caller removes them with `deleteGroup`
 * @param patience ends the time in which lost leaders may come back
 * @returns the outcome of each topic's records, or the error that prevented reading any of them
 */
export async function readBack(
  connection: Connection,
  groups: ConsumerGroups,
  { deadline, patience, retries }: { deadline: Deadline; patience: Deadline; retries: Retries },
): Promise<ReadonlyMap<string, ReadRecord[] | Error>> {
  const outcomes = new Map<SentRecord, ReadRecord>();
  const patienceUntil = performance.now() + patienceMs;
  const read = await Promise.all(
    [...groups].map(([group, sent]) =>
      bisectFailures(
        [...sent.keys()],
        (some) =>
          consume(
            { connection, group, deadline, patience, retries, outcomes },
            new Map(some.map((topic) => [topic, sent.get(topic) ?? []])),
          ),
        patienceUntil,
        // A principal that may not join the group may not join it for fewer topics either.
        (error) => error instanceof UnreachableError || isGroupRefused(error),
        deadline,
        (error) => retries.countAll([error]),
      ),
    ),
  );
  return new Map(read.flatMap((own) => [...own]));
}

type Reading = {
  readonly connection: Connection;
  readonly group: string;
  readonly deadline: Deadline;
  readonly patience: Deadline;
  readonly retries: Retries;
  /** The outcomes of earlier tries; each try adds its own. */
  readonly outcomes: Map<SentRecord, ReadRecord>;
};

type Topics = ReadonlyMap<string, readonly SentRecord[]>;

/** @throws Error as soon as the consumer gives up on one topic, which ends it for all topics */
async function consume(reading: Reading, topics: Topics): Promise<Map<string, ReadRecord[]>> {
  try {
    return await consumeWithin(shortSessionMs, reading, topics);
  } catch (error) {
    const { connection, group, deadline } = reading;
    if (isCoordinatorMissing(error)) {
      const marking = markMovingCoordinator(connection, group, error);
      throw await boundBy(deadline, "the group's coordinator", marking).catch(() => error);
    }
    if (classifyFailure(error).code !== "SESSION_TIMEOUT_REFUSED") throw error;
    return consumeWithin(usualSessionMs, reading, topics);
  }
}

async function consumeWithin(
  sessionTimeout: number,
  reading: Reading,
  topics: Topics,
): Promise<Map<string, ReadRecord[]>> {
  const { connection, deadline, patience, retries, outcomes } = reading;
  const throttled = new Set<string>();
  const outcomeOf = (sent: SentRecord) =>
    outcomes.get(sent) ?? { sent, failure: explainUnread(deadline, throttled.size > 0) };
  const report = () => new Map([...topics].map(([topic, records]) => [topic, records.map(outcomeOf)]));
  if (isOver(deadline)) return report();
  const findLeaderless = ({ topics }: LiveCluster) =>
    topics.filter(({ partitions }) => partitions.some(({ leader }) => leader < 0));
  const asking = askUntilSettled(
    () => readLiveCluster(connection, [...topics.keys()]),
    (cluster) => (findLeaderless(cluster).length > 0 ? { error: "LEADER_NOT_AVAILABLE" } : undefined),
    // The other topics have half of the time.
    { until: Math.min(patience.at, performance.now() + leftMs(deadline) / 2), onRetry: retries.count },
  );
  const cluster = await boundBy(deadline, "the brokers' metadata", asking);
  const records = [...topics.values()].flat().filter((record) => !outcomes.has(record));
  // kafkajs gives up on all topics if one has no leader.
  const leaderless = new Map(findLeaderless(cluster).map((topic) => [topic.name, topic]));
  const unreadable = records.filter(({ topic }) => leaderless.has(topic));
  for (const sent of unreadable) {
    const own = leaderless.get(sent.topic)?.partitions.find(({ partition }) => partition === sent.partition);
    if (own && own.leader < 0) outcomes.set(sent, { sent, failure: { code: "LEADER_LOST" } });
  }
  const led = unreadable.filter((record) => !outcomes.has(record));
  const readLed = async () => {
    const [onRead, onThrottled] = [
      (outcome: ReadRecord) => outcomes.set(outcome.sent, outcome),
      (address: string) => throttled.add(address),
    ];
    for (let known = cluster, left = led; left.length > 0; ) {
      await readPlainly(connection, known, left, { onRead, onThrottled });
      left = left.filter((one) => !outcomes.has(one));
      if (left.length === 0 || isOver(patience)) return;
      // A leader may have just changed, or may not return the newest records yet.
      await pause(patience, lookMs);
      known = await readLiveCluster(connection, [...leaderless.keys()]);
    }
  };
  const missing = records.filter(({ topic }) => !leaderless.has(topic));
  await Promise.all([
    boundBy(deadline, "the leaders' records", readLed()).catch((error) => {
      if (!(error instanceof OutOfTimeError)) throw error;
    }),
    missing.length > 0 && consumeLed(sessionTimeout, reading, missing, { cluster, throttled }),
  ]);
  return report();
}

/**
 * Consumes the records of topics whose partitions all have a leader.
 * @param throttled gets the brokers that throttle the consumer
 */
async function consumeLed(
  sessionTimeout: number,
  { connection, group, deadline, outcomes }: Reading,
  missing: readonly SentRecord[],
  { cluster, throttled }: { cluster: LiveCluster; throttled: Set<string> },
): Promise<void> {
  const awaited = new Map(missing.map((record) => [keyOf(record), record]));
  const byTopic = [...Map.groupBy(missing, ({ topic }) => topic)].map(
    ([topic, own]) => [topic, own.map(({ partition }) => partition)] as const,
  );
  const { consumer, leave } = createGroupConsumer(connection, {
    groupId: group,
    partitionAssigners: [assignOnly(new Map(byTopic))],
    sessionTimeout,
    maxWaitTimeInMs,
    allowAutoTopicCreation: false,
  });
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  let asked: number | undefined;
  let isEnded = false;

  const settle = (sent: SentRecord, outcome: Omit<ReadRecord, "sent">) => {
    awaited.delete(keyOf(sent));
    consumer.pause([{ topic: sent.topic, partitions: [sent.partition] }]);
    outcomes.set(sent, { sent, ...outcome });
    if (awaited.size === 0) resolve();
  };
  consumer.on(consumer.events.GROUP_JOIN, () => {
    for (const { topic, partition, offset } of awaited.values()) consumer.seek({ topic, partition, offset });
    asked = performance.now();
  });
  consumer.on(consumer.events.REQUEST_QUEUE_SIZE, ({ payload: { queueSize, broker } }) => {
    // Without a limit on concurrent requests, kafkajs queues requests only while it is throttled.
    if (queueSize > 0) throttled.add(broker);
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  const start = async () => {
    await consumer.connect();
    await consumer.subscribe({ topics: byTopic.map(([topic]) => topic) });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: async ({ batch: { topic, partition, messages } }) => {
        const sent = awaited.get(keyOf({ topic, partition }));
        if (!sent) return;
        const message = messages.find(({ offset }) => offset === sent.offset);
        const isPast = messages.some(({ offset }) => BigInt(offset) > BigInt(sent.offset));
        if (!message && !isPast) return;
        const changed = message ? findRecordChange(sent, message) : "gone";
        const readMs = performance.now() - (asked ?? 0);
        settle(sent, changed ? { failure: { code: "RECORD_CHANGED", observed: changed } } : { readMs });
      },
    });
    await done;
  };
  // If an offset no longer exists, kafkajs continues from the end of the log without an error.
  const watchDeletions = async () => {
    for (;;) {
      await pause(deadline, lookMs);
      if (isEnded || isOver(deadline)) return;
      if (asked === undefined) continue;
      for (const [sent, first] of await findDeleted(connection, cluster, [...awaited.values()])) {
        if (isEnded || outcomes.has(sent)) continue;
        settle(sent, { failure: { code: "RECORD_DELETED", observed: String(first) } });
      }
    }
  };
  watchDeletions().catch(reject);
  try {
    await boundBy(deadline, "the consumer group's records", start());
  } catch (error) {
    // Records that arrived before the deadline count. If the group was never joined, the error itself is the reason.
    if (!(error instanceof OutOfTimeError) || asked === undefined) throw error;
  } finally {
    isEnded = true;
    await leave();
  }
}

function explainUnread({ signal }: Deadline, isThrottled: boolean): ReadFailure {
  if (signal?.aborted) return { code: "READ_INTERRUPTED" };
  return { code: isThrottled ? "READ_THROTTLED" : "RECORD_LATE" };
}
