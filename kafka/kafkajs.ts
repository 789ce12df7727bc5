import { Kafka, logLevel, type SASLOptions } from "kafkajs";
import { orderByAnswer } from "./bootstrap.ts";
import { registerCodecs } from "./codecs.ts";
import type { Connection } from "./connection.ts";
import { clientId, connectTimeoutMs, tlsOptions } from "./transport.ts";

/**
 * Creates the kafkajs client that produces and consumes, with all of Kafka's codecs. It logs nothing.
 * @param retries how often it retries after a temporary error
 */
export function createKafka(connection: Connection, retries = 5): Kafka {
  registerCodecs();
  const tls = tlsOptions(connection);
  return new Kafka({
    clientId,
    // kafkajs tries one after the other, and waits for the whole request timeout if one is frozen.
    brokers: () => orderByAnswer(connection.bootstrapServers),
    retry: { retries },
    connectionTimeout: connectTimeoutMs,
    requestTimeout: connection.timeoutMs,
    logLevel: logLevel.NOTHING,
    ...(tls && { ssl: tls }),
    // The three mechanisms have the same fields, but kafkajs has a separate type for each.
    ...(connection.sasl && { sasl: connection.sasl as SASLOptions }),
  });
}
