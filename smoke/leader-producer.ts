import type { Producer, RecordMetadata, TopicMessages } from "kafkajs";
import type { Connection } from "../kafka/connection.ts";
import { errorsIn, markLostConnection } from "../kafka/error-chain.ts";
import { createKafka } from "../kafka/kafkajs.ts";
import { keyOf } from "../kafka/place.ts";
import { bisectFailures } from "./bisection.ts";
import {
  boundBy,
  type Deadline,
  InterruptedError,
  isOver,
  leftMs,
  OutOfTimeError,
  outOfTime,
  within,
} from "./deadline.ts";
import { type NewRecord, splitBySize } from "./new-record.ts";

/** Where a record landed. */
export type Landed = {
  readonly offset: string;
  /** How long the request with the record took, until all in-sync replicas had it. */
  readonly acknowledgedMs: number;
};

/** A broker that leads partitions. */
export type Leader = {
  readonly id: number;
  /** `host:port`. */
  readonly address: string;
};

/** Sends records to the partitions that one broker leads. */
export type LeaderSender = {
  /** @returns for each record, where it landed or why it could not be written */
  readonly send: (
    records: readonly NewRecord[],
    deadline: Deadline,
  ) => Promise<ReadonlyMap<NewRecord, Landed | Error>>;
  readonly disconnect: () => Promise<void>;
};

/** How long one request to a broker may take. A cluster fences a frozen follower after 9 s. */
const longestTryMs = 12_000;

/** A leader did not acknowledge within the time of one try. */
class BrokerTimeoutError extends Error {
  override readonly name = "BrokerTimeoutError";
  /** As kafkajs marks its own errors. */
  readonly retriable = true;
  readonly broker: string;

  constructor({ id, address }: Leader, afterMs: number) {
    super(`the acknowledgement did not come in time, within ${(afterMs / 1000).toFixed(1)} s`);
    this.broker = `broker ${id}, ${address}`;
  }
}

/** kafkajs reports no outcome for a record, for example when a broker goes down during a request. */
class UnacknowledgedError extends Error {
  override readonly name = "UnacknowledgedError";
  readonly retriable = true;

  constructor() {
    super("the brokers did not acknowledge the record");
  }
}

/** A broker delays requests because of a quota. */
class ThrottledError extends OutOfTimeError {
  override readonly name = "ThrottledError";
}

/** Sends records to the partitions that one broker leads, so that a broker that hangs does not delay the others. */
export class LeaderProducer implements LeaderSender {
  readonly #connection: Connection;
  readonly #leader: Leader;
  #producer: Producer;
  /** The duration of the last Produce request. */
  #requestMs: number | undefined;
  /** Whether the broker has answered more than the request for its API versions. */
  #hasAnswered = false;
  #isThrottled = false;

  constructor(connection: Connection, leader: Leader) {
    this.#connection = { ...connection, bootstrapServers: [leader.address] };
    this.#leader = leader;
    this.#producer = this.#create();
  }

  #create(): Producer {
    // No retries: kafkajs's own do not respect the run's deadline.
    const producer = createKafka(this.#connection, { retries: 0 }).producer({
      allowAutoTopicCreation: false,
    });
    producer.on(producer.events.REQUEST, ({ payload: { apiName, duration } }) => {
      if (apiName === "Metadata" || apiName === "Produce") this.#hasAnswered = true;
      if (apiName === "Produce") this.#requestMs = duration;
    });
    producer.on(producer.events.REQUEST_QUEUE_SIZE, ({ payload: { queueSize } }) => {
      // Without a limit on concurrent requests, kafkajs queues requests only while it is throttled.
      if (queueSize > 0) this.#isThrottled = true;
    });
    return producer;
  }

  /**
   * Sends records in requests of a size that every broker accepts.
   * @returns for each record, where it landed or why it could not be written
   */
  async send(records: readonly NewRecord[], deadline: Deadline): Promise<Map<NewRecord, Landed | Error>> {
    const outcomes = new Map<NewRecord, Landed | Error>();
    let brokersFault: Error | undefined;
    for (const batch of splitBySize(records)) {
      if (brokersFault) {
        for (const record of batch) outcomes.set(record, brokersFault);
        continue;
      }
      const attempt = (some: readonly NewRecord[]) => this.#sendInOneRequest(some, deadline);
      for (const [record, outcome] of await bisectFailures(batch, attempt, 0, isBrokersFault)) {
        outcomes.set(record, outcome);
        if (outcome instanceof Error && isBrokersFault(outcome)) brokersFault = outcome;
      }
    }
    return outcomes;
  }

  async disconnect(): Promise<void> {
    await this.#producer.disconnect();
  }

  async #sendInOneRequest(
    records: readonly NewRecord[],
    deadline: Deadline,
  ): Promise<Map<NewRecord, Landed>> {
    if (isOver(deadline)) throw outOfTime(deadline, "a leader's acknowledgement");
    const producer = this.#producer;
    try {
      const start = performance.now();
      const offsets = offsetsOf(await this.#bound(deadline, sendBatch(producer, records)));
      const acknowledgedMs = this.#requestMs ?? performance.now() - start;
      return new Map(
        records.map((record) => {
          const offset = offsets.get(keyOf(record));
          // kafkajs can resolve without having sent a record.
          if (offset === undefined) throw new UnacknowledgedError();
          return [record, { offset, acknowledgedMs }];
        }),
      );
    } catch (error) {
      // kafkajs keeps asking for the metadata of every topic it was ever given, and gives up on all of them if one has
      // no leader: only a new producer forgets them.
      producer.disconnect().catch(() => {});
      this.#producer = this.#create();
      throw this.#hasAnswered ? markLostConnection(error) : error;
    }
  }

  /** A broker that throttles has until the end of the run, any other broker only as long as one try may take. */
  async #bound<T>(deadline: Deadline, sending: Promise<T>): Promise<T> {
    const { id, address } = this.#leader;
    const what = `the acknowledgement of broker ${id} (${address})`;
    // Half of the time left, so that a short run also has time for a second try.
    const tryMs = Math.min(longestTryMs, this.#connection.timeoutMs, leftMs(deadline) / 2);
    const tryLimit = within(deadline, tryMs);
    try {
      try {
        return await boundBy(tryLimit, what, sending);
      } catch (error) {
        if (!(error instanceof OutOfTimeError) || !this.#isThrottled) throw error;
        return await boundBy(deadline, what, sending);
      }
    } catch (error) {
      if (!(error instanceof OutOfTimeError) || error instanceof InterruptedError) throw error;
      if (this.#isThrottled) throw new ThrottledError(error.message);
      throw isOver(deadline) ? error : new BrokerTimeoutError(this.#leader, tryMs);
    }
  }
}

async function sendBatch(producer: Producer, records: readonly NewRecord[]): Promise<RecordMetadata[]> {
  await producer.connect();
  const topicMessages = [...Map.groupBy(records, ({ topic }) => topic)].map(
    ([topic, own]): TopicMessages => ({
      topic,
      messages: own.map(({ partition, key, value, headers }) => ({ partition, key, value, headers })),
    }),
  );
  return producer.sendBatch({ acks: -1, topicMessages });
}

/** Whether a smaller request would fail in the same way. */
function isBrokersFault(error: Error): boolean {
  return (
    error instanceof OutOfTimeError ||
    error instanceof BrokerTimeoutError ||
    [...errorsIn(error)].some(({ name }) => /^KafkaJS(Connection|RequestTimeout)/.test(name))
  );
}

/** The offsets at which the records landed, by `topic:partition`. */
function offsetsOf(metadata: readonly RecordMetadata[]): Map<string, string> {
  return new Map(
    metadata.flatMap(({ topicName, partition, errorCode, baseOffset }) =>
      errorCode === 0 && baseOffset !== undefined ? [[`${topicName}:${partition}`, baseOffset]] : [],
    ),
  );
}
