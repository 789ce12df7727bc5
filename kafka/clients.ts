import { rootCertificates } from "node:tls";
import { Connection as BrokerConnection } from "@platformatic/kafka";
import { Kafka, logLevel, type SASLOptions } from "kafkajs";
import { UnreachableError } from "./causes.ts";
import { registerCodecs } from "./codecs.ts";
import type { Connection } from "./connection.ts";

const clientId = "kafka-topics";
const connectTimeoutMs = 10_000;

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

/**
 * Asks one broker something that kafkajs cannot ask, or whose answer it drops.
 * @throws UnreachableError when none of the bootstrap servers takes the connection, with the reason of each
 */
export async function askBroker<Answer>(
  connection: Connection,
  ask: (broker: BrokerConnection) => Promise<Answer>,
): Promise<Answer> {
  const broker = await connectToBroker(connection);
  try {
    return await ask(broker);
  } finally {
    // One that no longer answers need not be waited for.
    broker.close().catch(() => {});
  }
}

async function connectToBroker(connection: Connection): Promise<BrokerConnection> {
  const tls = tlsOptions(connection);
  const reasons = new Map<string, unknown>();
  for (const server of connection.bootstrapServers) {
    const colon = server.lastIndexOf(":");
    const broker = new BrokerConnection(clientId, {
      connectTimeout: Math.min(connectTimeoutMs, connection.timeoutMs),
      requestTimeout: connection.timeoutMs,
      ...(tls && { tls, tlsServerName: true }),
      ...(connection.sasl && {
        sasl: { ...connection.sasl, mechanism: saslMechanisms[connection.sasl.mechanism] },
      }),
    });
    // What goes wrong later is told to the request that meets it.
    broker.on("error", () => {});
    try {
      await broker.connect(server.slice(0, colon).replace(/^\[|\]$/g, ""), Number(server.slice(colon + 1)));
      return broker;
    } catch (error) {
      reasons.set(server, error);
    }
  }
  throw new UnreachableError(reasons);
}

const saslMechanisms = {
  plain: "PLAIN",
  "scram-sha-256": "SCRAM-SHA-256",
  "scram-sha-512": "SCRAM-SHA-512",
} as const;

function tlsOptions({ tls }: Connection) {
  if (!tls) return undefined;
  // Node's `ca` replaces the public roots, the provider's adds to them.
  return { rejectUnauthorized: tls.rejectUnauthorized, ...(tls.ca && { ca: [...rootCertificates, tls.ca] }) };
}
