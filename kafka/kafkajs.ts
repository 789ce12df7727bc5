import { isIP, connect as openTcp } from "node:net";
import { addAbortSignal } from "node:stream";
import { connect as openTls } from "node:tls";
import { type ISocketFactory, Kafka, logLevel, type SASLOptions } from "kafkajs";
import { restoreHost, withoutColons } from "./address.ts";
import { orderByAnswer } from "./bootstrap.ts";
import { registerCodecs } from "./codecs.ts";
import type { Connection } from "./connection.ts";
import { clientId, connectTimeoutMs, tlsOptions } from "./transport.ts";

/**
 * Creates the kafkajs client that produces and consumes, with all of Kafka's codecs. It logs nothing.
 * @param retries how often it retries after a temporary error
 * @param signal closes all its connections and refuses new ones when aborted; kafkajs's `disconnect` can do neither
 *   while a broker does not answer
 */
export function createKafka(
  connection: Connection,
  { retries = 5, signal }: { retries?: number; signal?: AbortSignal } = {},
): Kafka {
  registerCodecs();
  const tls = tlsOptions(connection);
  return new Kafka({
    clientId,
    // kafkajs tries one after the other, and waits for the whole request timeout if one is frozen.
    brokers: () => orderByAnswer(connection.bootstrapServers).map(withoutColons),
    retry: { retries },
    connectionTimeout: connectTimeoutMs,
    requestTimeout: connection.timeoutMs,
    logLevel: logLevel.NOTHING,
    ...(tls && { ssl: tls }),
    // The three mechanisms have the same fields, but kafkajs has a separate type for each.
    ...(connection.sasl && { sasl: connection.sasl as SASLOptions }),
    socketFactory: createSockets(signal),
  });
}

/** As kafkajs's own sockets have it. */
const keepAliveMs = 60_000;

function createSockets(signal: AbortSignal | undefined): ISocketFactory {
  return ({ host: given, port, ssl, onConnect }) => {
    const host = restoreHost(given);
    // In TLS, a server name cannot be an IP address.
    const name = isIP(host) === 0 && { servername: host };
    const socket = ssl
      ? openTls({ host, port, ...name, ...ssl }, onConnect)
      : openTcp({ host, port }, onConnect);
    socket.setKeepAlive(true, keepAliveMs);
    return signal ? addAbortSignal(signal, socket) : socket;
  };
}
