import type { Consumer, ConsumerConfig } from "kafkajs";
import type { Connection } from "../kafka/connection.ts";
import { createKafka } from "../kafka/kafkajs.ts";
import { boundBy } from "./deadline.ts";

/** How long to wait for a consumer to leave, because its broker may hang. */
const leaveMs = 1_000;

/** kafkajs may ask any broker for the group's coordinator, including one that hangs. */
const requestTimeoutMs = 5_000;

/** The only consumer of its group. */
export type GroupConsumer = {
  readonly consumer: Consumer;
  /**
   * Leaves for good. Otherwise kafkajs would rejoin a group that has been deleted meanwhile, and so create it again.
   */
  readonly leave: () => Promise<void>;
};

/**
 * Creates the consumer of a group; it does not wait for open transactions of others. kafkajs itself retries little: the caller
 * retries with a new consumer.
 */
export function createGroupConsumer(connection: Connection, config: ConsumerConfig): GroupConsumer {
  const ending = new AbortController();
  const timeoutMs = Math.min(requestTimeoutMs, connection.timeoutMs);
  const kafka = createKafka({ ...connection, timeoutMs }, { retries: 2, signal: ending.signal });
  const consumer = kafka.consumer({
    ...config,
    readUncommitted: true,
    retry: { restartOnFailure: async () => false },
  });
  const leave = async () => {
    const soon = { at: performance.now() + leaveMs };
    await boundBy(soon, "the consumer's end", consumer.disconnect()).catch(() => {});
    ending.abort();
  };
  return { consumer, leave };
}
