import { initProducerIdV4, NumericMap, ProduceAcks, ProtocolError, produceV9 } from "@platformatic/kafka";
import { answerOf } from "./answer.ts";
import { connectToFirst } from "./bootstrap.ts";
import { type Broker, isBrokerError } from "./broker.ts";
import type { Connection } from "./connection.ts";
import { classifyFailure, type FailureCode } from "./failure.ts";

/** A record to write. */
export type KeyedRecord = { readonly key: Buffer; readonly value: Buffer };

/** What became of one attempt: the offset of the first record that the broker returned, or why it returned none. */
export type Attempt =
  | { readonly offset: bigint }
  | {
      /** The protocol's name of the broker's error, or what kept the answer away. */
      readonly refusal: string;
    };

/** The broker has not got the records before this one, which it had acknowledged: the log was cut. */
const gapErrors = ["OUT_OF_ORDER_SEQUENCE_NUMBER", "UNKNOWN_PRODUCER_ID"];

const noTransaction = null;
const anyTimeoutMs = 60_000;

/**
 * An idempotent producer of one partition, with acks=all and one batch in flight.
 *
 * A batch that was not acknowledged keeps its sequence number, so that it is in the log once, however often it is sent.
 * The producers of both clients retry inside, where nobody sees what the broker answered. That of kafkajs stops serving
 * all topics after one of them had no leader, and may report success without every acknowledgement. The other one forgets
 * its producer id when it gives up, so that a batch whose acknowledgement was lost is written twice when it is sent again.
 */
export class PartitionProducer {
  readonly #connection: Connection;
  readonly #topic: string;
  readonly #partition: number;
  #opened: { readonly address: string; readonly broker: Broker } | undefined;
  #producer: { readonly producerId: bigint; readonly producerEpoch: number } | undefined;
  #sequence = 0;

  constructor(connection: Connection, topic: string, partition: number) {
    this.#connection = connection;
    this.#topic = topic;
    this.#partition = partition;
  }

  /**
   * Tries once to write a batch. After a refusal the same batch has to be sent again, before any other.
   * @param address of the partition's leader, `host:port`
   */
  async send(address: string, records: readonly KeyedRecord[]): Promise<Attempt> {
    try {
      const broker = await this.#connect(address);
      this.#producer ??= await initProducerIdV4.api.async(broker, noTransaction, anyTimeoutMs, -1n, -1);
      return await this.#produce(broker, this.#producer, records);
    } catch (error) {
      if (!isBrokerError(error)) throw error;
      await this.disconnect();
      return { refusal: classifyFailure(error).code ?? ("CONNECTION_CLOSED" satisfies FailureCode) };
    }
  }

  /** Closes the connection. An attempt that is under way is refused; the next one connects again. */
  async disconnect(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.broker.close();
  }

  async #connect(address: string): Promise<Broker> {
    if (this.#opened?.address === address && this.#opened.broker.isConnected()) return this.#opened.broker;
    await this.disconnect();
    const { broker } = await connectToFirst(this.#connection, [address], new Map());
    this.#opened = { address, broker };
    return broker;
  }

  async #produce(
    broker: Broker,
    producer: { readonly producerId: bigint; readonly producerEpoch: number },
    records: readonly KeyedRecord[],
  ): Promise<Attempt> {
    const [topic, partition] = [this.#topic, this.#partition];
    const sequences = new NumericMap([[`${topic}:${partition}`, this.#sequence]]);
    const messages = records.map((record) => ({ ...record, topic, partition }));
    const answer = await answerOf(
      produceV9.api.async(broker, ProduceAcks.ALL, this.#connection.timeoutMs, messages, {
        ...producer,
        sequences,
      }),
    );
    const written = typeof answer === "object" ? answer.responses[0]?.partitionResponses[0] : undefined;
    if (!written) throw new Error(`the broker's answer leaves out partition ${partition} of ${topic}`);
    if (written.errorCode === 0) {
      this.#sequence += records.length;
      return { offset: written.baseOffset };
    }
    const refusal = new ProtocolError(written.errorCode).apiId;
    if (gapErrors.includes(refusal)) {
      this.#producer = undefined;
      this.#sequence = 0;
    }
    return { refusal };
  }
}
