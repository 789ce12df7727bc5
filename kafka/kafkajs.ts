import { connect as openTcp } from "node:net";
import { addAbortSignal } from "node:stream";
import { connect as openTls } from "node:tls";
import { type ISocketFactory, Kafka, logLevel, type SASLOptions } from "kafkajs";
import { restoreHost, withoutColons } from "./address.ts";
import { orderByAnswer } from "./bootstrap.ts";
import { registerCodecs } from "./codecs.ts";
import type { Connection } from "./connection.ts";
import { limitResponses } from "./response-limit.ts";
import { hasToken } from "./sasl.ts";
import { readAccessToken } from "./token-cache.ts";
import { clientId, connectTimeoutMs, serverNameOf, tlsOptions } from "./transport.ts";

/**
 * How long before a session ends kafkajs authenticates again. With its default of 10 s and an access token that is valid for
 * half a minute, it would do so before each request, and brokers refuse that within one second (KIP-368).
 */
const reauthenticationMs = 2_000;

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
  const sasl = saslOptions(connection);
  return new Kafka({
    clientId,
    // kafkajs tries one after the other, and waits for the whole request timeout if one is frozen.
    brokers: () => orderByAnswer(connection.bootstrapServers).map(withoutColons),
    retry: { retries },
    reauthenticationThreshold: reauthenticationMs,
    connectionTimeout: connectTimeoutMs,
    requestTimeout: connection.timeoutMs,
    logLevel: logLevel.NOTHING,
    ...(tls && { ssl: tls }),
    ...(sasl && { sasl }),
    socketFactory: createSockets(signal),
  });
}

/** kafkajs does not notice a token that a broker refuses; the other client, which all commands use first, does. */
function saslOptions({ sasl, timeoutMs }: Connection): SASLOptions | undefined {
  if (!hasToken(sasl)) return sasl && { ...sasl };
  const oauthBearerProvider = async () => ({ value: await readAccessToken(sasl, timeoutMs) });
  return { mechanism: "oauthbearer", oauthBearerProvider };
}

/** As kafkajs's own sockets have it. */
const keepAliveMs = 60_000;

function createSockets(signal: AbortSignal | undefined): ISocketFactory {
  return ({ host: given, port, ssl, onConnect }) => {
    const host = restoreHost(given);
    const socket = ssl
      ? openTls({ host, port, ...serverNameOf(host), ...ssl }, onConnect)
      : openTcp({ host, port }, onConnect);
    socket.setKeepAlive(true, keepAliveMs);
    limitResponses(socket);
    return signal ? addAbortSignal(signal, socket) : socket;
  };
}
