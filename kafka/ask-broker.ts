import { isIP } from "node:net";
import {
  Connection as Broker,
  GenericError,
  MultipleErrors,
  NetworkError,
  ResponseError,
  TimeoutError,
} from "@platformatic/kafka";
import { UnreachableError } from "./causes.ts";
import type { Connection } from "./connection.ts";
import { clientId, connectTimeoutMs, tlsOptions } from "./transport.ts";

export type { Broker };

/**
 * Asks the first broker that answers something that kafkajs cannot ask, or whose answer it drops.
 * @param to a cluster, or the broker to ask, which stays connected for the next question
 * @throws UnreachableError when none of the bootstrap servers answers, with the reason of each; what the broker
 *   itself refuses comes as it is
 */
export async function askBroker<Answer>(
  to: Connection | Broker,
  ask: (broker: Broker) => Promise<Answer>,
): Promise<Answer> {
  if (to instanceof Broker) return ask(to);
  const reasons = new Map<string, unknown>();
  for (const server of to.bootstrapServers) {
    const broker = createBroker(to, hostOf(server));
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

/**
 * The answer to a request about many things, when some of them failed too: each carries its own error code.
 * @throws what kept the whole answer away
 */
export async function answerOf<Answer>(request: Promise<Answer>): Promise<Answer> {
  try {
    return await request;
  } catch (error) {
    // The client makes the whole answer an error, with the answer in it; kafkajs keeps nothing of it.
    if (error instanceof ResponseError && error.response) return error.response;
    throw error;
  }
}

function createBroker(connection: Connection, host: string): Broker {
  const timeoutMs = Math.min(connectTimeoutMs, connection.timeoutMs);
  const tls = tlsOptions(connection);
  const { sasl } = connection;
  const broker = new Broker(clientId, {
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

/** Whether a broker, or the way to it, is what an error is about. */
export function isBrokerError(error: unknown): boolean {
  return (
    error instanceof UnreachableError || error instanceof GenericError || error instanceof MultipleErrors
  );
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
