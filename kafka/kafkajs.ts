import { Kafka, logLevel, type SASLOptions } from "kafkajs";
import { orderByAnswer } from "./bootstrap.ts";
import { registerCodecs } from "./codecs.ts";
import type { Connection } from "./connection.ts";
import { clientId, connectTimeoutMs, tlsOptions } from "./transport.ts";

/**
 * The kafkajs client that produces and consumes, every codec of Kafka among it. It says nothing of its own.
 * @param retries how often it tries again by itself what may pass, 5 times unless set
 */
export function createKafka(connection: Connection, retries = 5): Kafka {
  registerCodecs();
  const tls = tlsOptions(connection);
  return new Kafka({
    clientId,
    // It asks one after the other, and waits for a frozen one as long as for any request.
    brokers: () => orderByAnswer(connection.bootstrapServers),
    retry: { retries },
    connectionTimeout: connectTimeoutMs,
    requestTimeout: connection.timeoutMs,
    logLevel: logLevel.NOTHING,
    ...(tls && { ssl: tls }),
    // The three mechanisms take the same fields; the types want each apart.
    ...(connection.sasl && { sasl: connection.sasl as SASLOptions }),
  });
}
