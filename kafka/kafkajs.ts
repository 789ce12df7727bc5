import { Kafka, logLevel, type SASLOptions } from "kafkajs";
import { registerCodecs } from "./codecs.ts";
import type { Connection } from "./connection.ts";
import { clientId, connectTimeoutMs, tlsOptions } from "./transport.ts";

/** The kafkajs client that produces and consumes, every codec of Kafka among it. It says nothing of its own. */
export function createKafka(connection: Connection): Kafka {
  registerCodecs();
  const tls = tlsOptions(connection);
  return new Kafka({
    clientId,
    brokers: [...connection.bootstrapServers],
    connectionTimeout: connectTimeoutMs,
    requestTimeout: connection.timeoutMs,
    logLevel: logLevel.NOTHING,
    ...(tls && { ssl: tls }),
    // The three mechanisms take the same fields; the types want each apart.
    ...(connection.sasl && { sasl: connection.sasl as SASLOptions }),
  });
}
