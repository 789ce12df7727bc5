import { isIP } from "node:net";
import { rootCertificates } from "node:tls";
import { Connection as BrokerConnection, NetworkError, TimeoutError } from "@platformatic/kafka";
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
 * Asks the first broker that answers something that kafkajs cannot ask, or whose answer it drops.
 * @throws UnreachableError when none of the bootstrap servers answers, with the reason of each; what the broker
 *   itself refuses comes as it is
 */
export async function askBroker<Answer>(
  connection: Connection,
  ask: (broker: BrokerConnection) => Promise<Answer>,
): Promise<Answer> {
  const reasons = new Map<string, unknown>();
  for (const server of connection.bootstrapServers) {
    const broker = createBrokerConnection(connection, hostOf(server));
    try {
      await broker.connect(hostOf(server), Number(server.slice(server.lastIndexOf(":") + 1)));
      return await ask(broker);
    } catch (error) {
      // A broker that hangs still takes connections.
      if (broker.isConnected() && !(error instanceof TimeoutError || error instanceof NetworkError))
        throw error;
      reasons.set(server, error);
    } finally {
      broker.close().catch(() => {});
    }
  }
  throw new UnreachableError(reasons);
}

function createBrokerConnection(connection: Connection, host: string): BrokerConnection {
  const timeoutMs = Math.min(connectTimeoutMs, connection.timeoutMs);
  const tls = tlsOptions(connection);
  const { sasl } = connection;
  const broker = new BrokerConnection(clientId, {
    connectTimeout: timeoutMs,
    requestTimeout: timeoutMs,
    // TLS knows no server name that is an address.
    ...(tls && { tls, tlsServerName: isIP(host) === 0 }),
    ...(sasl && { sasl: { ...sasl, mechanism: saslMechanisms[sasl.mechanism] } }),
  });
  // What goes wrong is told to the request that meets it.
  broker.on("error", () => {});
  return broker;
}

/** `[::1]:9092` is the host `::1`. */
function hostOf(server: string): string {
  return server.slice(0, server.lastIndexOf(":")).replace(/^\[|\]$/g, "");
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
