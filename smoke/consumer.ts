import type { Consumer, ConsumerConfig } from "kafkajs";
import type { Connection } from "../kafka/connection.ts";
import { createKafka } from "../kafka/kafkajs.ts";
import { boundBy } from "./deadline.ts";

/** A consumer whose broker hangs is not waited for any longer. */
const leaveMs = 1_000;

/** kafkajs looks for the group's coordinator at any broker, one that hangs too. */
const requestTimeoutMs = 5_000;

/** The only consumer of its group. */
export type GroupConsumer = {
  readonly consumer: Consumer;
  /** Ends it for good. On its own, kafkajs would join the group again that is deleted meanwhile, and so create it anew. */
  readonly leave: () => Promise<void>;
};

/** Creates the consumer of a group. kafkajs's own retries are few: the caller tries again with another consumer. */
export function createGroupConsumer(connection: Connection, config: ConsumerConfig): GroupConsumer {
  const ending = new AbortController();
  const timeoutMs = Math.min(requestTimeoutMs, connection.timeoutMs);
  const kafka = createKafka({ ...connection, timeoutMs }, { retries: 2, signal: ending.signal });
  const consumer = kafka.consumer({ ...config, retry: { restartOnFailure: async () => false } });
  const leave = async () => {
    const soon = { at: performance.now() + leaveMs };
    await boundBy(soon, "the consumer's end", consumer.disconnect()).catch(() => {});
    ending.abort();
  };
  return { consumer, leave };
}
